// How often a node beats: at its interval when all is quiet, four times as often after a change, slower again with every beat.
// In a large network changes come from everywhere, so that there is no haste in it.

const HASTE = 4;
/** Up to so many nodes all haste is allowed; from `HASTE` times as many on there is none. */
const SMALL_NETWORK = 8;

export class Pace {
  readonly #intervalMs: number;
  #currentMs: number;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
    this.#currentMs = intervalMs;
  }

  /** Something changed, in a network of so many nodes. */
  quicken(nodes: number): void {
    const quickestMs = (this.#intervalMs / HASTE) * Math.max(1, nodes / SMALL_NETWORK);
    this.#currentMs = Math.min(this.#currentMs, quickestMs);
  }

  /** How long until the next beat is due, were the last one now. */
  get waitMs(): number {
    return this.#currentMs;
  }

  /** It beat. */
  beaten(): void {
    this.#currentMs = Math.min(this.#intervalMs, 2 * this.#currentMs);
  }
}
