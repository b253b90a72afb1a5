// A process of the test's own: what a command writes, and what happens to it.
import type { CliIo } from "../../../../src/cli/cli-io.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";

export class ScriptedIo implements CliIo {
  out = "";
  err = "";
  readonly exits: number[] = [];
  endsOnSignals = false;
  env: Record<string, string> = {};
  cwd = "/nowhere";
  nodeVersion = "v20.19.0";
  readonly clock = new VirtualClock();
  fetch: typeof fetch = () => Promise.reject(new Error("this test asks nobody"));
  readonly #signalListeners = new Set<(signal: string) => void>();
  readonly #errorListeners = new Set<(error: unknown) => void>();

  readonly stdout = (text: string): void => {
    this.out += text;
  };
  readonly stderr = (text: string): void => {
    this.err += text;
  };
  readonly exit = (code: number): void => {
    this.exits.push(code);
  };

  get listeners(): number {
    return this.#signalListeners.size + this.#errorListeners.size;
  }

  onSignal(listener: (signal: string) => void): () => void {
    this.#signalListeners.add(listener);
    return () => this.#signalListeners.delete(listener);
  }

  endOnSignals(): void {
    this.endsOnSignals = true;
  }

  watchStalls(): () => void {
    return () => undefined;
  }

  onStrayError(listener: (error: unknown) => void): () => void {
    this.#errorListeners.add(listener);
    return () => this.#errorListeners.delete(listener);
  }

  signal(name = "SIGTERM"): void {
    for (const listener of this.#signalListeners) listener(name);
  }

  stray(error: unknown): void {
    for (const listener of this.#errorListeners) listener(error);
  }
}
