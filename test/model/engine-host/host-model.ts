// What an engine host must do, in plain arrays: its lifecycle, and what becomes of every call.
import type { ErrorCode } from "../../../src/contracts/errors.js";
import type { Lifecycle } from "../../../src/contracts/identity.js";

export const LIMITS = { concurrency: 2, queue: 3 };
/** More throws to a fault than may wait: a new life is not faulted by what it finds waiting. */
export const POLICY = {
  maxRestarts: 3,
  windowMs: 10_000,
  backoffMs: 100,
  maxBackoffMs: 1_000,
  throwsToFault: LIMITS.queue + 1,
};
export const DRAIN_LIMIT_MS = 3_000;

export type Kind = "instant" | "held" | "throws";
export type End = "open" | "answered" | "given up" | ErrorCode;

export class HostModel {
  lifecycle: Lifecycle = "stopped";
  /** Of each call, by its number. */
  readonly ends: End[] = [];
  readonly kinds: Kind[] = [];
  running: number[] = [];
  waiting: number[] = [];
  nowMs = 0;
  faultedMs = 0;
  #limitMs = Infinity;
  #throwsInARow = 0;

  start(): void {
    if (this.lifecycle === "stopped" || this.lifecycle === "faulted") this.revive();
  }

  stop(): void {
    this.#lose();
    for (const call of this.waiting.splice(0)) this.#end(call, "GIVER_DOWN");
    this.#become("stopped");
  }

  drain(): void {
    if (this.lifecycle !== "running") return;
    this.#become("draining", this.nowMs + DRAIN_LIMIT_MS);
    this.#pump();
  }

  restart(): void {
    if (this.lifecycle === "stopped" || this.lifecycle === "faulted") this.revive();
    else if (this.lifecycle === "running") {
      this.#become("restarting", this.nowMs + DRAIN_LIMIT_MS);
      this.#pump();
    }
  }

  crash(): void {
    if (this.lifecycle === "running") this.#fault();
    else if (this.lifecycle === "draining") this.stop();
    else if (this.lifecycle === "restarting") this.revive();
  }

  call(kind: Kind): void {
    const call = this.ends.push("open") - 1;
    this.kinds.push(kind);
    if (this.lifecycle === "stopped" || this.lifecycle === "draining") this.#end(call, "GIVER_DOWN");
    else {
      const runsNow = this.lifecycle === "running" && this.running.length < LIMITS.concurrency;
      if (!runsNow && this.waiting.length >= LIMITS.queue) {
        this.waiting = this.waiting.filter((other) => this.ends[other] === "open");
      }
      if (runsNow || this.waiting.length < LIMITS.queue) this.waiting.push(call);
      else this.#end(call, "OVERLOADED");
      this.#pump();
    }
  }

  finish(call: number): void {
    this.running = this.running.filter((other) => other !== call);
    this.#end(call, "answered");
    this.#throwsInARow = 0;
    this.#pump();
  }

  giveUp(call: number): void {
    this.#end(call, "given up");
  }

  advance(ms: number): void {
    const until = this.nowMs + ms;
    if (this.#limitMs <= until) {
      this.nowMs = this.#limitMs;
      if (this.lifecycle === "draining") this.stop();
      else this.revive();
    }
    this.nowMs = until;
  }

  /** A new life: what ran is lost, what waited runs. */
  revive(): void {
    this.#lose();
    this.#become("running");
    this.#throwsInARow = 0;
    this.#pump();
  }

  #pump(): void {
    const takes = (): boolean => this.lifecycle === "running" || this.lifecycle === "draining";
    while (takes() && this.running.length < LIMITS.concurrency && this.waiting.length > 0) {
      const call = this.waiting.shift() as number;
      if (this.ends[call] === "open") this.#run(call);
    }
    if (this.running.length > 0) return;
    if (this.lifecycle === "restarting") this.revive();
    else if (this.lifecycle === "draining" && this.waiting.length === 0) this.#become("stopped");
  }

  #run(call: number): void {
    if (this.kinds[call] === "held") this.running.push(call);
    else if (this.kinds[call] === "instant") {
      this.#throwsInARow = 0;
      this.#end(call, "answered");
    } else {
      this.#throwsInARow += 1;
      this.#end(call, "INTERNAL");
      if (this.#throwsInARow >= POLICY.throwsToFault) this.#overThrown();
    }
  }

  #overThrown(): void {
    if (this.lifecycle === "draining") this.stop();
    else this.#fault();
  }

  #fault(): void {
    this.#lose();
    this.#become("faulted");
    this.faultedMs = this.nowMs;
  }

  #lose(): void {
    const lost = this.running.splice(0);
    if (lost.length > 0) this.#throwsInARow = 0;
    for (const call of lost) this.#end(call, "GIVER_DOWN");
  }

  #become(lifecycle: Lifecycle, limitMs = Infinity): void {
    this.lifecycle = lifecycle;
    this.#limitMs = limitMs;
  }

  #end(call: number, end: End): void {
    if (this.ends[call] === "open") this.ends[call] = end;
  }
}
