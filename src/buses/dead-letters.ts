// The messages that could not take effect: the last ones kept, all of them counted.
import type { DeadLetter } from "../contracts/bus.js";
import { BoundedQueue } from "../kernel/bounded-queue.js";

export class DeadLetters {
  readonly #kept: BoundedQueue<DeadLetter>;
  #total = 0;

  constructor(capacity: number) {
    this.#kept = new BoundedQueue(capacity);
  }

  get total(): number {
    return this.#total;
  }

  add(letter: DeadLetter): void {
    if (this.#kept.isFull) this.#kept.shift();
    this.#kept.push(letter);
    this.#total += 1;
  }

  /** The newest last. */
  list(): readonly DeadLetter[] {
    return this.#kept.toArray();
  }
}
