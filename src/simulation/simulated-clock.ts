// The clock of one start of a node, over the one clock of the world. It ends with its process, stands still for it while its event
// loop is blocked, and may be wrong: set to another time, or running too fast or too slow.
import type { Clock, TimerHandle } from "../contracts/clock.js";
import type { VirtualClock } from "../kernel/virtual-clock.js";

interface SimulatedTimer {
  readonly dueMs: number;
  callback: (() => void) | undefined;
}

export class SimulatedClock implements Clock {
  readonly #world: VirtualClock;
  readonly #onEvent: () => void;
  /** What came due while the event loop was blocked, in that order. */
  #held: (() => void)[] = [];
  #isPaused = false;
  #isDead = false;
  #rate = 1;
  /** Wall time when `nowMs` is 0. */
  #wallBaseMs: number;
  /** Where the present rate began, on the clock of the world and on this one. */
  #sinceMs: number;
  #baseMs = 0;
  /** A timer that fired was due: the time it reads is never before that, whatever rounding says. */
  #reachedMs = 0;

  /**
   * @param offsetMs how far the wall time is ahead of that of the world
   * @param onEvent told of each event before it runs
   */
  constructor(world: VirtualClock, offsetMs: number, onEvent: () => void) {
    this.#world = world;
    this.#onEvent = onEvent;
    this.#sinceMs = world.nowMs();
    this.#wallBaseMs = world.wallMs() + offsetMs;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  nowMs(): number {
    const nowMs = this.#baseMs + (this.#world.nowMs() - this.#sinceMs) * this.#rate;
    return nowMs > this.#reachedMs ? nowMs : this.#reachedMs;
  }

  wallMs(): number {
    return this.#wallBaseMs + this.nowMs();
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const delay = Number.isFinite(delayMs) && delayMs > 0 ? delayMs : 0;
    const timer: SimulatedTimer = { dueMs: this.nowMs() + delay, callback };
    this.#schedule(timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    (handle as SimulatedTimer).callback = undefined;
  }

  /** Something reaches the process from outside, so long from now by the clock of the world: late where it is blocked. */
  arrive(callback: () => void, delayMs: number): void {
    this.#world.setTimeout(() => {
      this.#run(callback);
    }, delayMs);
  }

  /** Something of the process that has no part in its event loop, so long from now by the clock of the world. */
  runBeside(callback: () => void, delayMs: number): void {
    this.#world.setTimeout(() => {
      if (!this.#isDead) callback();
    }, delayMs);
  }

  /** The event loop is blocked. */
  pause(): void {
    this.#isPaused = true;
  }

  /** It goes on: what came due meanwhile runs now, one after the other. */
  resume(): void {
    this.#isPaused = false;
    const held = this.#held;
    this.#held = [];
    for (const callback of held) this.arrive(callback, 0);
  }

  /** The process is gone: nothing of it ever runs again. */
  die(): void {
    this.#isDead = true;
    this.#held = [];
  }

  /** Somebody sets the wall time, so far ahead of that of the world. */
  setWall(offsetMs: number): void {
    this.#wallBaseMs = this.#world.wallMs() + offsetMs - this.nowMs();
  }

  /** From now on it counts so many milliseconds to one of the world; the wall time drifts by as much. */
  setRate(rate: number): void {
    this.#baseMs = this.nowMs();
    this.#sinceMs = this.#world.nowMs();
    this.#rate = rate;
  }

  #schedule(timer: SimulatedTimer): void {
    this.#world.setTimeout(
      () => {
        if (timer.callback === undefined || this.#isDead) return;
        this.#run(() => {
          this.#fire(timer);
        });
      },
      (timer.dueMs - this.nowMs()) / this.#rate,
    );
  }

  #fire(timer: SimulatedTimer): void {
    const { callback, dueMs } = timer;
    if (callback === undefined) return;
    // The clock was slowed since: it is not yet time.
    if (dueMs - this.nowMs() > ROUNDING_MS) {
      this.#schedule(timer);
      return;
    }
    if (dueMs > this.#reachedMs) this.#reachedMs = dueMs;
    timer.callback = undefined;
    callback();
  }

  #run(callback: () => void): void {
    if (this.#isDead) return;
    if (this.#isPaused) {
      this.#held.push(callback);
      return;
    }
    this.#onEvent();
    callback();
  }
}

/** What sums of fractions may be off by. */
const ROUNDING_MS = 1e-6;
