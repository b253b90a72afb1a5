// A process of its own for the other side of a benchmark: asked over its channel, and ended whatever happens.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { bounded } from "./bounded.js";

export interface Question {
  readonly id: number;
  /** What has to have arrived there, and how much of it in all. */
  readonly what: string;
  readonly total: number;
}

export interface Answer {
  readonly id: number;
  readonly error?: string;
}

const STARTS_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 5_000;

export class FarProcess {
  readonly #process: ChildProcess;
  readonly #asked = new Map<number, (error: Error | undefined) => void>();
  #questions = 0;

  private constructor(script: string, args: readonly string[]) {
    this.#process = fork(script, args);
    this.#process.on("message", ({ id, error }: Answer) => {
      this.#end(id, error === undefined ? undefined : new Error(error));
    });
    this.#process.on("exit", (code, signal) => {
      for (const id of this.#asked.keys()) this.#end(id, new Error(`the other process ended: ${code ?? signal}`));
    });
    // What nobody could await any more.
    process.on("exit", () => this.#process.kill("SIGKILL"));
  }

  /** The script answers the question 0 when it is ready. */
  static async start(script: string, args: readonly string[]): Promise<FarProcess> {
    const far = new FarProcess(script, args);
    await bounded("the start of the other process", far.#answer(0), STARTS_WITHIN_MS);
    return far;
  }

  /** Resolves when so many of them have arrived there in all. */
  async reached(what: string, total: number): Promise<void> {
    this.#questions += 1;
    const id = this.#questions;
    const answer = this.#answer(id);
    this.#process.send({ id, what, total } satisfies Question);
    await bounded(`the arrival of ${total} ${what}`, answer);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.disconnect();
    await bounded("the end of the other process", gone, ENDS_WITHIN_MS).catch(async () => {
      this.#process.kill("SIGKILL");
      await gone;
    });
  }

  #answer(id: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.set(id, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  #end(id: number, error: Error | undefined): void {
    const end = this.#asked.get(id);
    this.#asked.delete(id);
    end?.(error);
  }
}
