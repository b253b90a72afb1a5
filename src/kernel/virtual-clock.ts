// Virtual time: a heap of timers on due time and sequence, stepped one event at a time, so that a run can be repeated exactly.
import type { Clock, TimerHandle } from "../contracts/clock.js";

interface Timer {
  readonly due: number;
  readonly sequence: number;
  callback: (() => void) | undefined;
}

export class VirtualClock implements Clock {
  readonly #heap: Timer[] = [];
  readonly #epochMs: number;
  #nowMs = 0;
  #sequence = 0;
  #live = 0;

  /** Wall time starts at `epochMs`; `nowMs` starts at 0. */
  constructor(epochMs = Date.UTC(2020, 0, 1)) {
    this.#epochMs = epochMs;
  }

  wallMs(): number {
    return this.#epochMs + this.#nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#live;
  }

  /** Due time of the next timer; undefined when there is none. */
  get nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.due;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const delay = Number.isFinite(delayMs) && delayMs > 0 ? delayMs : 0;
    const timer: Timer = { due: this.#nowMs + delay, sequence: this.#sequence++, callback };
    this.#heap.push(timer);
    this.#live += 1;
    siftUp(this.#heap, this.#heap.length - 1);
    return timer;
  }

  clearTimeout(handle: TimerHandle): void {
    const timer = handle as Timer;
    if (timer.callback === undefined) return;
    timer.callback = undefined;
    this.#live -= 1;
  }

  /** Moves to the next timer and runs it; false when there is none. What it throws is thrown here. */
  step(): boolean {
    this.#dropCancelled();
    const timer = popLeast(this.#heap);
    if (timer === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, timer.due);
    this.#live -= 1;
    const { callback } = timer;
    timer.callback = undefined;
    callback?.();
    return true;
  }

  /** Runs every timer due within `ms`, each at its own time, letting promise jobs run after each; ends `ms` later. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    await settle();
    for (let due = this.nextDueMs; due !== undefined && due <= until; due = this.nextDueMs) {
      this.step();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, until); // another advance may have gone further meanwhile
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.callback === undefined) popLeast(this.#heap);
  }
}

/** One real turn of the event loop: every promise job that is ready has run after it. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Resolves when every promise job that is ready has run, without a turn of the event loop: Node takes the next tick once its queue
 * of promise jobs is empty, and the job that asks for the tick makes that the end of this queue, wherever it is called from.
 * Rejections that nothing handles are reported only by a turn of the event loop.
 */
export async function drainJobs(): Promise<void> {
  await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
}

function before(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
}

function siftUp(heap: Timer[], from: number): void {
  let index = from;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!before(heap[index] as Timer, heap[parent] as Timer)) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function popLeast(heap: Timer[]): Timer | undefined {
  const least = heap[0];
  const last = heap.pop();
  if (least === undefined || last === undefined || heap.length === 0) return least;
  heap[0] = last;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    let smallest = index;
    for (const child of [left, left + 1]) {
      if (child < heap.length && before(heap[child] as Timer, heap[smallest] as Timer)) smallest = child;
    }
    if (smallest === index) return least;
    swap(heap, index, smallest);
    index = smallest;
  }
}

function swap(heap: Timer[], a: number, b: number): void {
  const held = heap[a] as Timer;
  heap[a] = heap[b] as Timer;
  heap[b] = held;
}
