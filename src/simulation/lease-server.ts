// What the server that keeps the lease of a network does, by the rules of the script that the real one runs.
import type { Hold } from "../contracts/lease.js";

export class LeaseServer {
  #holder: string | undefined;
  #untilMs = 0;
  #token = 0;
  /** Since when it knows of leases: one given before may last. */
  #sinceMs = 0;

  /** As it is at that moment: one that lapsed is nobody's. */
  hold(holder: string, ttlMs: number, nowMs: number): Hold {
    if (this.#holder !== undefined && nowMs >= this.#untilMs) this.#holder = undefined;
    if (this.#holder !== undefined && this.#holder !== holder) return { isHeld: false, holder: this.#holder };
    if (this.#holder === undefined) {
      if (nowMs - this.#sinceMs < ttlMs) return { isHeld: false, holder: undefined };
      this.#token = Math.max(this.#token + 1, Math.ceil(nowMs) + 1);
    }
    this.#holder = holder;
    this.#untilMs = nowMs + ttlMs;
    return { isHeld: true, token: this.#token };
  }

  get holder(): string | undefined {
    return this.#holder;
  }

  release(holder: string): void {
    if (this.#holder === holder) this.#holder = undefined;
  }

  loseData(nowMs: number): void {
    this.#holder = undefined;
    this.#token = 0;
    this.#sinceMs = nowMs;
  }
}
