// The pulse of a simulated node: it goes on while the event loop is blocked, and ends with the process.
import type { Pulse, PulseSpeech } from "../contracts/bus.js";
import type { SimulatedClock } from "./simulated-clock.js";
import type { SimulatedNetwork } from "./simulated-network.js";

export interface SimulatedPulseOptions {
  readonly nodeId: string;
  readonly clock: SimulatedClock;
  readonly network: SimulatedNetwork;
}

interface Armed {
  readonly speech: PulseSpeech;
  readonly sinceMs: number;
}

export class SimulatedPulse implements Pulse {
  readonly #options: SimulatedPulseOptions;
  #armed: Armed | undefined;
  #spoken = 0;

  constructor(options: SimulatedPulseOptions) {
    this.#options = options;
  }

  arm(speech: PulseSpeech): void {
    this.#armed = { speech, sinceMs: this.#options.clock.nowMs() };
    this.#schedule(this.#armed);
  }

  disarm(): void {
    this.#armed = undefined;
  }

  #schedule(armed: Armed): void {
    const { clock } = this.#options;
    clock.runBeside(() => {
      // Armed anew since: the event loop turns.
      if (this.#armed !== armed) return;
      const sinceMs = clock.nowMs() - armed.sinceMs;
      if (sinceMs > armed.speech.forMs) return;
      this.#speak(armed.speech, sinceMs);
      this.#schedule(armed);
    }, armed.speech.everyMs);
  }

  #speak({ topics, message }: PulseSpeech, sinceMs: number): void {
    const { nodeId, network } = this.#options;
    for (const topic of topics) {
      this.#spoken += 1;
      const id = `${message.id}-pulse-${this.#spoken}`;
      const data = { ...message.data, aliveAtMs: message.data.aliveAtMs + sinceMs };
      network.send({ from: nodeId, channel: "engineLogic", topic, message: { ...message, id, data } });
    }
  }
}
