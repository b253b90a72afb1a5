// Notices an event loop that never comes back: an endless loop in an engine cannot be contained in one process, but it can be
// named before it ends the process.
import type { Clock, TimerHandle } from "../contracts/clock.js";
import type { StallThreadData } from "./stall-thread.js";
import { startThread } from "./worker-thread.js";

const BEAT_MS = 500;

export interface StallWatchOptions {
  readonly clock: Clock;
  /** The event loop is given up after so long without a turn. */
  readonly limitMs: number;
}

/**
 * Watches this thread's event loop from another thread. When it stalls, the function that runs is written to stderr as one
 * JSON line, and the process exits with code 1; nothing can be drained then. Returns the way to stop watching.
 */
export function watchStalls({ clock, limitMs }: StallWatchOptions): () => void {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const workerData: StallThreadData = { beats, limitMs };
  const worker = startThread(new URL("./stall-thread.js", import.meta.url), workerData);
  let timer: TimerHandle;
  const beat = (): void => {
    Atomics.add(beats, 0, 1);
    timer = clock.setTimeout(beat, BEAT_MS);
  };
  beat();
  return () => {
    clock.clearTimeout(timer);
    void worker.terminate();
  };
}
