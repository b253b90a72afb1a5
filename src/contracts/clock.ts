// Time as an input. Nothing outside the kernel reads a clock of its own.

/** Opaque; belongs to the clock that gave it. */
export type TimerHandle = object;

export interface Clock {
  /** Milliseconds since 1970, for people and for other processes. May jump. */
  wallMs(): number;
  /** Milliseconds since some fixed point, fractional, never going back: for durations and deadlines. */
  nowMs(): number;
  setTimeout(callback: () => void, delayMs: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}
