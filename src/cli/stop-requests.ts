// Why a running node should stop: a signal, or an error that nothing caught. A second signal means now.
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";

/** A terminal and npm both deliver one Ctrl-C, one right after the other. */
const SAME_SIGNAL_MS = 250;

export class StopRequests {
  readonly #stop = new AbortController();
  /** Settles at the first reason to stop. */
  readonly requested = new Promise<void>((resolve) => {
    this.#stop.signal.addEventListener("abort", () => {
      resolve();
    });
  });
  /** The engine that an error came from, once there is a node that can tell. */
  blame: (error: unknown) => string | undefined = () => undefined;
  #firstSignalMs: number | undefined;
  #exitCode: ExitCode = 0;
  readonly #io: CliIo;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(io: CliIo) {
    this.#io = io;
    this.#unsubscribe = [io.onSignal(this.#onSignal.bind(this)), io.onStrayError(this.#onStrayError.bind(this))];
  }

  get wasRequested(): boolean {
    return this.#stop.signal.aborted;
  }

  /** 1 once there was a stray error. */
  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #onSignal(signal: string): void {
    const nowMs = this.#io.clock.nowMs();
    if (this.#firstSignalMs !== undefined) {
      if (nowMs - this.#firstSignalMs < SAME_SIGNAL_MS) return;
      this.#io.stderr(`nautilus: ${signal} again: ending at once\n`);
      this.#io.exit(1);
      return;
    }
    this.#firstSignalMs = nowMs;
    // First what was asked for: telling of it may fail.
    this.#stop.abort();
    this.#io.stderr(`nautilus: ${signal}: draining\n`);
  }

  /** Whatever state it left behind cannot be known: the process must end, in order if it can. */
  #onStrayError(error: unknown): void {
    const engine = this.blame(error);
    const source = engine === undefined ? "an error that nothing caught" : `${engine} threw what nothing caught`;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#exitCode = 1;
    this.#stop.abort();
    this.#io.stderr(`nautilus: ${source}: draining\n${told}\n`);
  }
}
