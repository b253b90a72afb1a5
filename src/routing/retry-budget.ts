// How many retries a router may add to its traffic: a share of the calls, plus a few a second so that quiet networks heal.

const SHARE_OF_CALLS = 0.2;
const PER_SECOND = 10;
const MAX_TOKENS = 100;

export class RetryBudget {
  #tokens = MAX_TOKENS / 10;
  #filledMs: number;

  constructor(nowMs: number) {
    this.#filledMs = nowMs;
  }

  /** Counts a first attempt. */
  deposit(): void {
    if (this.#tokens < MAX_TOKENS) this.#tokens += SHARE_OF_CALLS;
  }

  /** True when one more retry is within the budget, which it then uses up. */
  withdraw(nowMs: number): boolean {
    this.#tokens = Math.min(MAX_TOKENS, this.#tokens + ((nowMs - this.#filledMs) / 1000) * PER_SECOND);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
