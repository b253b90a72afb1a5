// The thread of a pulse: says what it was last armed with, over and over, when it is not armed anew for a while.
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { TimerHandle } from "../../contracts/clock.js";
import type { PulseSpeech } from "../../contracts/bus.js";
import { present } from "../../kernel/assert.js";
import { createLogger } from "../../kernel/pino-logger.js";
import { systemClock } from "../../kernel/system-clock.js";
import { keysOf } from "./keys.js";
import type { PulseThreadData, PulseWord } from "./pulse-messages.js";
import { RedisLink } from "./redis-link.js";
import { writeHead, writeMessage } from "./wire.js";

const clock = systemClock;

class PulseThread {
  readonly #data: PulseThreadData;
  readonly #link: RedisLink;
  readonly #sequences = new Map<string, number>();
  #timer: TimerHandle | undefined;
  #spoken = 0;

  constructor(data: PulseThreadData) {
    this.#data = data;
    // The node itself says when Redis is not reachable.
    const log = createLogger("silent");
    this.#link = new RedisLink({ url: data.url, name: `nautilus:${data.nodeId}:pulse`, clock, log });
    this.#link.connect().catch(() => undefined);
  }

  arm(speech: PulseSpeech): void {
    this.#schedule(speech, clock.nowMs());
  }

  #schedule(speech: PulseSpeech, sinceMs: number): void {
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => {
      const forMs = clock.nowMs() - sinceMs;
      if (forMs > speech.forMs) return;
      this.#speak(speech, forMs);
      this.#schedule(speech, sinceMs);
    }, speech.everyMs);
  }

  #speak({ topics, message }: PulseSpeech, forMs: number): void {
    if (!this.#link.isReady) return;
    const { namespace, view } = this.#data;
    const keys = keysOf(namespace, "engineLogic");
    const data = { ...message.data, aliveAtMs: message.data.aliveAtMs + Math.floor(forMs) };
    const pipeline = this.#link.redis.pipeline();
    for (const topic of topics) {
      this.#spoken += 1;
      const sequence = (this.#sequences.get(topic) ?? 0) + 1;
      this.#sequences.set(topic, sequence);
      const said = writeMessage({ ...message, id: `${message.id}-pulse-${this.#spoken}`, data });
      // Where nobody listens there is nothing to say.
      pipeline.xadd(keys.log(topic), "NOMKSTREAM", "*", "head", writeHead({ from: view, sequence }, [said]));
    }
    pipeline.exec().catch(() => undefined);
  }
}

function serve(port: MessagePort, data: PulseThreadData): void {
  const pulse = new PulseThread(data);
  port.on("message", ({ speech }: PulseWord) => {
    pulse.arm(speech);
  });
}

serve(present(parentPort, "the port of a worker thread"), workerData as PulseThreadData);
