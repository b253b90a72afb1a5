// Why a running node should stop: a signal, or an error that nothing caught. A second signal means now.
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";

/** A terminal and npm both deliver one Ctrl-C, one right after the other. */
const SAME_SIGNAL_MS = 250;

export class StopRequests {
  /** Settles at the first reason to stop. */
  readonly requested: Promise<void>;
  /** The engine that an error came from, once there is a node that can tell. */
  blame: (error: unknown) => string | undefined = () => undefined;
  #request!: () => void;
  #firstSignalMs: number | undefined;
  #exitCode: ExitCode = 0;
  #wasRequested = false;
  readonly #io: CliIo;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(io: CliIo) {
    this.#io = io;
    this.requested = new Promise((resolve) => {
      this.#request = () => {
        this.#wasRequested = true;
        resolve();
      };
    });
    this.#unsubscribe = [
      io.onSignal((signal) => {
        this.#onSignal(signal);
      }),
      io.onStrayError((error) => {
        this.#onStrayError(error);
      }),
    ];
  }

  get wasRequested(): boolean {
    return this.#wasRequested;
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
    this.#request();
    this.#io.stderr(`nautilus: ${signal}: draining\n`);
  }

  /** Whatever state it left behind cannot be known: the process must end, in order if it can. */
  #onStrayError(error: unknown): void {
    const engine = this.blame(error);
    const source = engine === undefined ? "an error that nothing caught" : `${engine} threw what nothing caught`;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#exitCode = 1;
    this.#request();
    this.#io.stderr(`nautilus: ${source}: draining\n${told}\n`);
  }
}
