// Stream products between engines, over the bus: who reads what, who publishes what, and how much flowed.
import type { Bus } from "../contracts/bus.js";
import type { Clock } from "../contracts/clock.js";
import type { EngineBehaviour } from "../contracts/engine.js";
import type { Envelope } from "../contracts/envelope.js";
import { messageOf } from "../contracts/errors.js";
import type { Product } from "../contracts/product.js";
import { topics } from "../contracts/topics.js";
import type { EnvelopeFactory } from "../kernel/envelope-factory.js";
import type { StreamReader } from "../actors/engine-host/engine-host.js";

export interface StreamsOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly envelopes: EnvelopeFactory;
  /** Hears of everything that the instances of this node publish. */
  readonly onPublished?: (product: Product, message: Envelope) => void;
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
/** A handler that never settles must not leave its stream unread for good. */
const HANDLER_LIMIT_MS = 60_000;

/** A stream that an instance reads. */
interface Reading {
  readonly reader: StreamReader;
  readonly product: Product;
  /** Since when its handler is busy with one message, on `Clock.nowMs`; Infinity while it is not. */
  busySinceMs: number;
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #traffic = new Map<string, StreamTraffic>();
  readonly #readings = new Set<Reading>();
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
    const { onPublished } = this.#options;
    const { product } = message;
    const envelope = this.#envelopeOf(message);
    this.takeIn(product, envelope)?.catch(() => {
      this.#refused += 1;
    });
    onPublished?.(product, envelope);
  }

  /** As if it had been published here; a promise while a reader pushes back, rejected when it refuses. */
  takeIn(product: Product, message: Envelope): Promise<void> | undefined {
    return this.#options.bus.channel(product.channel).publish(topics.stream(product), message);
  }

  /** Opens what the behaviour reads; returns the way to close it. */
  open(reader: StreamReader, behaviour: EngineBehaviour): () => void {
    const closers = (behaviour.streams ?? []).map(({ on, handle }) => {
      const reading: Reading = { reader, product: on, busySinceMs: Infinity };
      this.#readings.add(reading);
      const subscription = this.#options.bus.channel(on.channel).subscribe(
        topics.stream(on),
        async (message) => {
          await this.#deliver({ reading, message, handle });
        },
        { name: reader.instanceId, whenSlow: on.whenSlow },
      );
      return () => {
        subscription.close();
        this.#readings.delete(reading);
      };
    });
    return () => {
      for (const close of closers) close();
    };
  }

  /** Called at an even pace: whose handler has been busy with one message for too long is not waited for any more. */
  assess(): void {
    const limitMs = this.#options.clock.nowMs() - HANDLER_LIMIT_MS;
    for (const { reader, product, busySinceMs } of [...this.#readings]) {
      if (busySinceMs > limitMs) continue;
      reader.streamFailed(product, new Error(`its handler did not settle within ${HANDLER_LIMIT_MS / 1000} s`));
    }
  }

  async #deliver({ reading, message, handle }: Delivery): Promise<void> {
    const { reader, product } = reading;
    const traffic = this.#trafficOf(message.source, reader.instanceId, product.key);
    traffic.messages += 1;
    traffic.lastNowMs = this.#options.clock.nowMs();
    reading.busySinceMs = traffic.lastNowMs;
    try {
      await handle(message.data as never, reader.context);
    } catch (thrown) {
      traffic.failures += 1;
      // What is closed has ended already: its instance may be in its next life, which this says nothing of.
      if (this.#readings.has(reading)) reader.streamFailed(product, thrown);
      else messageOf(thrown);
    } finally {
      reading.busySinceMs = Infinity;
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

  /** Its source is the publishing instance: streams are ordered, and edges drawn, by it. */
  #envelopeOf({ instanceId, product, value, subject }: StreamMessage): Envelope {
    const topic = `${topics.stream(product)} ${instanceId}`;
    const attributes = { topic, ...(subject !== undefined && { subject }) };
    return { ...this.#options.envelopes.create(product.key, value, attributes), source: instanceId };
  }
}

interface Delivery {
  readonly reading: Reading;
  readonly message: Envelope;
  readonly handle: (value: never, context: StreamReader["context"]) => void | Promise<void>;
}
