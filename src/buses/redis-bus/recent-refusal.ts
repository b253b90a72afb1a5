// What a server said when it refused something, told of for a while: what goes on is refused again.
import type { Clock } from "../../contracts/clock.js";
import { failureOf } from "./redis-errors.js";

const TOLD_MS = 10_000;

export class RecentRefusal {
  readonly #clock: Clock;
  #why = "";
  #atMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In the server's words. */
  get why(): string | undefined {
    return this.#clock.nowMs() - this.#atMs < TOLD_MS ? this.#why : undefined;
  }

  /** A lost connection is none. */
  note(error: Error): void {
    if (failureOf(error) === "unknown") return;
    this.#why = error.message;
    this.#atMs = this.#clock.nowMs();
  }
}
