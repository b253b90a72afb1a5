// Counts what arrives, and says when it is as much as somebody waits for.
export class Arrivals {
  #count = 0;
  #target = Number.POSITIVE_INFINITY;
  #onReached: (() => void) | undefined;

  readonly add = (): void => {
    this.#count += 1;
    if (this.#count < this.#target) return;
    this.#target = Number.POSITIVE_INFINITY;
    this.#onReached?.();
  };

  /** Resolves when there have been so many in all. */
  reach(total: number): Promise<void> {
    if (this.#count >= total) return Promise.resolve();
    this.#target = total;
    return new Promise((resolve) => {
      this.#onReached = resolve;
    });
  }
}
