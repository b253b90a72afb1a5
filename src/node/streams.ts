// Stream products between engines, over the bus: who reads what, who publishes what, and how much flowed.
import type { Bus } from "../contracts/bus.js";
import type { Clock } from "../contracts/clock.js";
import type { EngineBehaviour } from "../contracts/engine.js";
import type { Envelope } from "../contracts/envelope.js";
import type { Product } from "../contracts/product.js";
import { topics } from "../contracts/topics.js";
import type { StreamReader } from "../actors/engine-host/engine-host.js";

export interface StreamsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** `source` of the envelope is the publishing instance. */
  readonly createEnvelope: (message: StreamMessage) => Envelope;
}

export interface StreamMessage {
  readonly instanceId: string;
  readonly product: Product;
  readonly value: unknown;
  readonly subject?: string;
}

export interface StreamTraffic {
  readonly source: string;
  readonly target: string;
  readonly product: string;
  messages: number;
  failures: number;
  lastNowMs: number;
}

/** Pairs of publisher and reader whose traffic is counted. */
const MAX_TRAFFIC = 4096;

export class Streams {
  readonly #options: StreamsOptions;
  readonly #traffic = new Map<string, StreamTraffic>();
  #refused = 0;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  get traffic(): Iterable<StreamTraffic> {
    return this.#traffic.values();
  }

  /** Messages that a channel pushed back on and then refused. */
  get refused(): number {
    return this.#refused;
  }

  publish(message: StreamMessage): void {
    const { bus, createEnvelope } = this.#options;
    bus
      .channel(message.product.channel)
      .publish(topics.stream(message.product), createEnvelope(message))
      ?.catch(() => {
        this.#refused += 1;
      });
  }

  /** Opens what the behaviour reads; returns the way to close it. */
  open(reader: StreamReader, behaviour: EngineBehaviour): () => void {
    const subscriptions = (behaviour.streams ?? []).map(({ on, handle }) =>
      this.#options.bus.channel(on.channel).subscribe(
        topics.stream(on),
        async (message) => {
          await this.#deliver({ reader, product: on, message, handle });
        },
        { name: reader.instanceId, whenSlow: on.whenSlow },
      ),
    );
    return () => {
      for (const subscription of subscriptions) subscription.close();
    };
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { reader, product, message, handle } = delivery;
    const traffic = this.#trafficOf(message.source, reader.instanceId, product.key);
    traffic.messages += 1;
    traffic.lastNowMs = this.#options.clock.nowMs();
    try {
      await handle(message.data as never, reader.context);
    } catch (thrown) {
      traffic.failures += 1;
      reader.streamFailed(product, thrown);
    }
  }

  #trafficOf(source: string, target: string, product: string): StreamTraffic {
    const name = `${source} ${target} ${product}`;
    let traffic = this.#traffic.get(name);
    if (traffic === undefined) {
      const oldest = this.#traffic.size >= MAX_TRAFFIC ? this.#traffic.keys().next().value : undefined;
      if (oldest !== undefined) this.#traffic.delete(oldest);
      traffic = { source, target, product, messages: 0, failures: 0, lastNowMs: 0 };
      this.#traffic.set(name, traffic);
    }
    return traffic;
  }
}

interface Delivery {
  readonly reader: StreamReader;
  readonly product: Product;
  readonly message: Envelope;
  readonly handle: (value: never, context: StreamReader["context"]) => void | Promise<void>;
}
