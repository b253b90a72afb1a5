// Five servers on a virtual clock, first in first out, that turn slow, fail fast and fall silent by a timetable.
import type { InstanceLink, OpenCall } from "../../src/contracts/call.js";
import { NautilusError } from "../../src/contracts/errors.js";
import type { Random } from "../../src/contracts/random.js";
import type { VirtualClock } from "../../src/kernel/virtual-clock.js";

/** Mean service times. */
export const SERVICE_MS = [6, 8, 10, 13, 18] as const;
const VARIATION = 0.5;
const QUEUE = 256;
const FAILS_IN_MS = 1;
/** Of a lognormal with mean 1 and the coefficient of variation above. */
const SIGMA = Math.sqrt(Math.log(1 + VARIATION ** 2));

export type ServerState = "healthy" | "slow" | "failing" | "lost";
const SLOWER = 10;

export class SimulatedServer implements InstanceLink {
  readonly instanceId: string;
  state: ServerState = "healthy";
  /** Busy milliseconds since it was last read. */
  busyMs = 0;
  readonly #waiting: OpenCall[] = [];
  readonly #clock: VirtualClock;
  readonly #random: Random;
  #busy = false;
  #freeAtMs = 0;

  constructor(
    readonly meanMs: number,
    clock: VirtualClock,
    random: Random,
  ) {
    this.instanceId = `S${meanMs}`;
    this.#clock = clock;
    this.#random = random;
  }

  get held(): number {
    return this.#waiting.length + (this.#busy ? 1 : 0);
  }

  /** Until it is free, what waits taken at the mean: what no caller can know. */
  get unfinishedMs(): number {
    const serving = this.#busy ? this.#freeAtMs - this.#clock.nowMs() : 0;
    return serving + this.#waiting.length * this.meanMs;
  }

  send(call: OpenCall): void {
    if (this.state === "lost") return;
    if (this.#waiting.length >= QUEUE) call.fail(new NautilusError("OVERLOADED", "the queue is full"));
    else {
      this.#waiting.push(call);
      this.#next();
    }
  }

  /** What waits and what is being served is gone with it. */
  become(state: ServerState): void {
    this.state = state;
    if (state === "lost") this.#waiting.length = 0;
  }

  #next(): void {
    if (this.#busy) return;
    let call = this.#waiting.shift();
    while (call?.ended === true) call = this.#waiting.shift();
    if (call === undefined) return;
    const serving = call;
    const fails = this.state === "failing";
    const tookMs = fails ? FAILS_IN_MS : this.#serviceMs();
    this.#busy = true;
    this.#freeAtMs = this.#clock.nowMs() + tookMs;
    this.#clock.setTimeout(() => {
      this.#busy = false;
      this.busyMs += tookMs;
      if (this.state !== "lost") {
        if (fails) serving.fail(new NautilusError("GIVER_DOWN", "told to fail"));
        else serving.succeed(null, this.#clock.nowMs());
      }
      this.#next();
    }, tookMs);
  }

  #serviceMs(): number {
    const slower = this.state === "slow" ? SLOWER : 1;
    return this.meanMs * slower * Math.exp(SIGMA * this.#random.normal() - SIGMA ** 2 / 2);
  }
}
