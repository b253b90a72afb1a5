// Overflow: nothing is lost, the publisher waits. The list of those who wait is bounded too: the least urgent is refused.
import type { Envelope } from "../contracts/envelope.js";
import { NautilusError } from "../contracts/errors.js";
import { PRIORITIES, PRIORITY_RANK } from "../contracts/priority.js";
import { BoundedQueue } from "../kernel/bounded-queue.js";
import { forgiving } from "./forgiving.js";
import type { CreateOverflow, Overflow, OverflowContext } from "./overflow.js";

export const pushBack: CreateOverflow = (context) => new PushBack(context);

interface Waiter {
  readonly message: Envelope;
  readonly rank: number;
  readonly resolve: () => void;
  readonly reject: (reason: NautilusError) => void;
}

class PushBack implements Overflow {
  readonly #context: OverflowContext;
  /** In the order they came, which is the order they are served in. */
  readonly #waiters: BoundedQueue<Waiter>;
  /** How many wait, per priority. */
  readonly #perRank: number[] = PRIORITIES.map(() => 0);

  constructor(context: OverflowContext) {
    this.#context = context;
    this.#waiters = new BoundedQueue(context.waiters);
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  take(message: Envelope): Promise<void> {
    return forgiving(
      new Promise((resolve, reject) => {
        this.#admit({ message, rank: PRIORITY_RANK[message.priority], resolve, reject });
      }),
    );
  }

  next(): Envelope | undefined {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) return undefined;
    this.#perRank[waiter.rank]! -= 1;
    waiter.resolve();
    return waiter.message;
  }

  close(reason: NautilusError | undefined): void {
    for (const { message, resolve, reject } of this.#waiters.drain()) {
      this.#context.counts.dropped += 1;
      if (reason === undefined) resolve();
      else reject(reason);
      this.#context.onSettled(message);
    }
  }

  #admit(waiter: Waiter): void {
    const refused = this.#waiters.isFull ? this.#leastUrgent(waiter) : undefined;
    if (refused !== undefined) this.#refuse(refused);
    if (refused === waiter) return;
    this.#waiters.push(waiter);
    this.#perRank[waiter.rank]! += 1;
  }

  /** The newcomer, or the one taken out of the list for it. */
  #leastUrgent(newcomer: Waiter): Waiter {
    const worst = this.#perRank.findLastIndex((count) => count > 0);
    if (worst <= newcomer.rank) return newcomer;
    this.#perRank[worst]! -= 1;
    return this.#waiters.remove(({ rank }) => rank === worst) as Waiter;
  }

  #refuse({ message, reject }: Waiter): void {
    const { counts, owner, waiters, onSettled } = this.#context;
    counts.refused += 1;
    onSettled(message);
    reject(new NautilusError("OVERLOADED", `${owner} is full: ${waiters} publishers wait already`));
  }
}
