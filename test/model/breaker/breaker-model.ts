// What a breaker should do, and a real one with its gate, statechart and window on a virtual clock.
import { expect } from "vitest";
import { createBreaker } from "../../../src/actors/breaker/breaker.js";
import { SuccessWindow } from "../../../src/kernel/success-window.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { BreakerGate, type GateMode } from "../../../src/routing/breaker-gate.js";

const TRIALS = 3;
const IN_A_ROW = 5;
const WINDOW_SLOTS = 10;
const SLOT_MS = 1_000;
const LEAST_CALLS = 20;
const FIRST_OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 30_000;
const FORGET_AFTER_MS = 60_000;

export class BreakerModel {
  nowMs = 0;
  mode: GateMode = "closed";
  permits = 0;
  /** Trials that are out, oldest first: which half-open period each began in. */
  readonly out: number[] = [];
  #period = 0;
  #successes = 0;
  #openings = 0;
  #inARow = 0;
  #closedAtMs = 0;
  #opensUntilMs = 0;
  #calls: { readonly slot: number; readonly success: boolean }[] = [];

  call(success: boolean): void {
    const slot = Math.floor(this.nowMs / SLOT_MS);
    this.#calls.push({ slot, success });
    this.#calls = this.#calls.filter((call) => call.slot > slot - WINDOW_SLOTS);
    this.#inARow = success ? 0 : this.#inARow + 1;
    const failed = this.#calls.filter((call) => !call.success).length;
    const many = this.#calls.length >= LEAST_CALLS && failed > this.#calls.length / 2;
    if (!success && this.mode === "closed" && (this.#inARow >= IN_A_ROW || many)) this.#open();
  }

  beginTrial(): void {
    this.permits -= 1;
    this.out.push(this.#period);
  }

  endTrial(success: boolean | undefined): void {
    const period = this.out.shift();
    if (this.mode !== "half_open" || period !== this.#period) return;
    if (success === undefined) this.permits += 1;
    else if (!success) this.#open();
    else if ((this.#successes += 1) === TRIALS) {
      this.mode = "closed";
      this.permits = 0;
      this.#inARow = 0;
      this.#closedAtMs = this.nowMs;
    }
  }

  advance(ms: number): void {
    this.nowMs += ms;
    if (this.mode === "closed" && this.nowMs >= this.#closedAtMs + FORGET_AFTER_MS) this.#openings = 0;
    if (this.mode !== "open" || this.nowMs < this.#opensUntilMs) return;
    this.mode = "half_open";
    this.permits = TRIALS;
    this.#period += 1;
    this.#successes = 0;
  }

  #open(): void {
    this.#openings += 1;
    this.mode = "open";
    this.permits = 0;
    this.#opensUntilMs = this.nowMs + Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** (this.#openings - 1));
  }
}

export class RealBreaker {
  readonly clock = new VirtualClock();
  readonly gate: BreakerGate;
  readonly out: number[] = [];
  readonly #window = new SuccessWindow();

  constructor() {
    this.gate = new BreakerGate((gate) => createBreaker(gate, this.clock));
  }

  call(success: boolean): void {
    const nowMs = this.clock.nowMs();
    this.#window.record(success, nowMs);
    if (success) this.gate.succeeded();
    else if (this.gate.failed(this.#window, nowMs)) this.gate.trip();
  }

  expectAs(model: BreakerModel): void {
    expect(this.gate.mode).toBe(model.mode);
    expect(this.gate.isClosed).toBe(model.mode === "closed");
    expect(this.gate.wantsTrial).toBe(model.permits > 0);
  }
}
