// Speaks for a node whose event loop does not turn: from a thread, over a connection of its own.
import type { Worker } from "node:worker_threads";
import type { Pulse, PulseSpeech } from "../../contracts/bus.js";
import { startThread } from "../../kernel/worker-thread.js";
import type { PulseThreadData, PulseWord } from "./pulse-messages.js";

export class RedisPulse implements Pulse {
  readonly #data: PulseThreadData;
  #thread: Worker | undefined;
  #starts = 0;

  constructor(data: PulseThreadData) {
    this.#data = data;
  }

  arm(speech: PulseSpeech): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage({ speech } satisfies PulseWord);
  }

  disarm(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
  }

  #start(): Worker {
    // Each counts what it says from one: under a name of its own, or it would be taken for what was said before.
    this.#starts += 1;
    const data: PulseThreadData = { ...this.#data, view: `${this.#data.view}-${this.#starts}` };
    const thread = startThread(new URL("./pulse-thread.js", import.meta.url), data);
    // Without it the node is declared dead while it is blocked, and is back when it is not: nothing else depends on it.
    thread.on("error", () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}
