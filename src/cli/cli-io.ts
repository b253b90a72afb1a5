// What a command may touch of its process: handed in, so that a command can run inside a test.
import type { Clock } from "../contracts/clock.js";
import type { Environment } from "../kernel/environment.js";

/** Text goes out as it is: whoever writes says where lines end. */
export type Write = (text: string) => void;

export interface CliIo {
  readonly stdout: Write;
  readonly stderr: Write;
  readonly env: Environment;
  readonly cwd: string;
  /** Like `v20.20.0`. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /**
   * SIGINT, SIGTERM and SIGHUP, the first one since the process began included, until the returned function is called; then
   * the process ends by them as ever.
   */
  onSignal(listener: (signal: string) => void): () => void;
  /** From now on the process ends by signals as ever, and at once by one that came before. */
  endOnSignals(): void;
  /** What nothing caught: thrown, or rejected. Until the returned function is called the process does not end by it. */
  onStrayError(listener: (error: unknown) => void): () => void;
  /** Ends the process, saying where it hangs, when its event loop stalls for so long; until the returned function is called. */
  watchStalls(limitMs: number): () => void;
  /** Ends the process at once, whatever is still going on. */
  exit(code: number): void;
}
