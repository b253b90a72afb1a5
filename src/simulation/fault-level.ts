// How much of one kind of fault there is at a time, when several of it overlap.

export type Combine = (amounts: readonly number[]) => number;

/** Chance that at least one of independent ones strikes. */
export const anyOf: Combine = (shares) => 1 - shares.reduce((spared, share) => spared * (1 - share), 1);

export const product: Combine = (factors) => factors.reduce((all, factor) => all * factor, 1);

/** Where several together would last longer than any time to recover from them. */
export const largest: Combine = (factors) => Math.max(1, ...factors);

export class FaultLevel {
  /** Read on every event: a plain field. */
  value: number;
  readonly #combine: Combine;
  readonly #amounts: number[] = [];

  constructor(combine: Combine) {
    this.#combine = combine;
    this.value = combine([]);
  }

  add(amount: number): void {
    this.#amounts.push(amount);
    this.value = this.#combine(this.#amounts);
  }

  remove(amount: number): void {
    const at = this.#amounts.indexOf(amount);
    if (at >= 0) this.#amounts.splice(at, 1);
    // From what is left, not by taking away: no rounding stays behind.
    this.value = this.#combine(this.#amounts);
  }
}
