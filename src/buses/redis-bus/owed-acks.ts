// What publishers are still to be told of what became of their batches, by the view of each.
import type { Ack } from "./sent-batch.js";
import type { DoneBatch } from "./wire.js";

interface Owed {
  acks: Ack[];
  /** Something was told along with what was pushed to the view, since the last of what is due was taken. */
  hasRidden: boolean;
}

/** Views that are remembered; those to whom nothing is owed are forgotten beyond. */
const MAX_VIEWS = 1024;

export class OwedAcks {
  readonly #views = new Map<string, Owed>();
  #size = 0;

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  add(view: string, ack: Ack): void {
    this.#of(view).acks.push(ack);
    this.#size += 1;
  }

  /** They were taken, and are owed again: before what came since. */
  restore(view: string, acks: readonly Ack[]): void {
    const owed = this.#of(view);
    owed.acks = [...acks, ...owed.acks];
    this.#size += acks.length;
  }

  /**
   * What may be told the view along with something else that it hears: at most so many batches, of those of which it knows
   * better what to do where it never hears of them.
   */
  takeDone(view: string, most: number): readonly DoneBatch[] {
    const owed = this.#views.get(view);
    if (owed === undefined || owed.acks.length === 0) return NONE;
    owed.hasRidden = true;
    // Up to the first that may not: what comes behind it may say the rest of what it says of the same batch.
    const first = owed.acks.findIndex((ack) => !mayRide(ack));
    const count = Math.min(first === -1 ? owed.acks.length : first, most);
    this.#size -= count;
    return owed.acks.splice(0, count).map(({ topic, sequence }): DoneBatch => [view, topic, sequence]);
  }

  /** All but what will soon be told along with something else: where that goes on, it waits for one round. */
  takeDue(): readonly [view: string, acks: readonly Ack[]][] {
    return this.#take(({ hasRidden, acks }) => !hasRidden || !acks.every(mayRide));
  }

  takeAll(): readonly [view: string, acks: readonly Ack[]][] {
    return this.#take(() => true);
  }

  #take(isDue: (owed: Owed) => boolean): readonly [view: string, acks: readonly Ack[]][] {
    const taken: [string, readonly Ack[]][] = [];
    for (const [view, owed] of this.#views) {
      if (owed.acks.length > 0 && isDue(owed)) {
        taken.push([view, owed.acks]);
        this.#size -= owed.acks.length;
        owed.acks = [];
      }
      owed.hasRidden = false;
    }
    return taken;
  }

  #of(view: string): Owed {
    const known = this.#views.get(view);
    if (known !== undefined) return known;
    if (this.#views.size >= MAX_VIEWS) this.#forgetIdle();
    const owed: Owed = { acks: [], hasRidden: false };
    this.#views.set(view, owed);
    return owed;
  }

  #forgetIdle(): void {
    for (const [view, { acks }] of this.#views) if (acks.length === 0) this.#views.delete(view);
  }
}

const NONE: readonly DoneBatch[] = [];

/** Where it is never heard of, its publisher puts the batch into the stream, and is told again. */
function mayRide({ heard, done, taken, refused }: Ack): boolean {
  return heard === true && done === true && taken === "all" && refused.length === 0;
}
