// What the process says of itself: memory, and how late its event loop runs.
import { monitorEventLoopDelay } from "node:perf_hooks";

const NANOS_PER_MS = 1e6;
/** The monitor samples at this pace, which the delays it reports contain. */
const RESOLUTION_MS = 10;

export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface ProcessStats {
  residentBytes(): number;
  /** Milliseconds beyond the due time, since the last `forget`. */
  eventLoopDelayMs(): EventLoopDelay;
  forget(): void;
  close(): void;
}

export function createProcessStats(): ProcessStats {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  const ms = (nanos: number): number =>
    Number.isFinite(nanos) ? Math.max(0, nanos / NANOS_PER_MS - RESOLUTION_MS) : 0;
  return {
    residentBytes: () => process.memoryUsage.rss(),
    eventLoopDelayMs: () => ({
      p50: ms(monitor.percentile(50)),
      p99: ms(monitor.percentile(99)),
      max: monitor.max > 0 ? ms(monitor.max) : 0,
    }),
    forget: () => {
      monitor.reset();
    },
    close: () => {
      monitor.disable();
    },
  };
}

export function nodeVersion(): string {
  return process.version;
}

/** Threads that may compute beside the event loop. */
export function spareCores(available: number): number {
  return Math.max(1, Math.min(available - 1, 4));
}
