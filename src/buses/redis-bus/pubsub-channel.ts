// marketData over Redis pub/sub: at most once, nothing waits and nothing is kept; what did not come is counted.
import type {
  LinkStats,
  MessageHandler,
  SubscribeOptions,
  Subscription,
  SubscriptionStats,
} from "../../contracts/bus.js";
import type { ChannelName } from "../../contracts/channel.js";
import type { Envelope } from "../../contracts/envelope.js";
import { messageOf, NautilusError, toNautilusError } from "../../contracts/errors.js";
import { afterTurn } from "../../kernel/after-turn.js";
import { forgiving } from "../forgiving.js";
import { MemoryChannel } from "../memory-channel.js";
import type { ChannelContext, RedisChannel } from "./channel-context.js";
import { countedSubscription } from "./counted-subscription.js";
import { keysOf, type Keys } from "./keys.js";
import { inOneWrite, resultOf } from "./one-write.js";
import type { RedisLink } from "./redis-link.js";
import { framed, readFramed, writeHead, writeMessage, type Batch, type WireMessage } from "./wire.js";

/** Messages of one turn and topic that travel together. */
const MAX_BATCH = 512;
/** A server that takes it slower than it comes gets what is new when it has taken what is old. */
const MAX_UNDERWAY_BYTES = 16 * 1024 * 1024;
/** Views whose last sequence on a topic is remembered. */
const MAX_SENDERS = 65_536;

export class PubSubChannel implements RedisChannel {
  readonly links: readonly RedisLink[];
  readonly #context: ChannelContext;
  readonly #keys: Keys;
  readonly #reader: RedisLink;
  readonly #writer: RedisLink;
  readonly #local: MemoryChannel;
  /** Open subscriptions by topic. */
  readonly #readers = new Map<string, number>();
  readonly #subscribing = new Set<Promise<unknown>>();
  /** By topic: what this turn has to say. */
  #news = new Map<string, WireMessage[]>();
  readonly #sequences = new Map<string, number>();
  /** By topic and sender. */
  readonly #last = new Map<string, number>();
  #published = 0;
  #missing = 0;
  #malformed = 0;
  #duplicates = 0;
  #unsent = 0;
  /** Sent, and not yet taken by the server. */
  #underwayBytes = 0;
  #stopped = false;

  constructor(
    readonly name: ChannelName,
    context: ChannelContext,
  ) {
    this.#context = context;
    this.#keys = keysOf(context.namespace, name);
    this.#reader = context.createLink(name, "reader");
    this.#writer = context.createLink(name, "writer");
    this.links = [this.#reader, this.#writer];
    this.#local = new MemoryChannel(name, { limits: context.limits, onDeadLetter: context.onDeadLetter });
    this.#reader.redis.on("messageBuffer", (channel: Buffer, payload: Buffer) => {
      this.#receive(channel.toString(), payload);
    });
    this.#reader.onReady(() => {
      for (const topic of this.#readers.keys()) this.#subscribe(topic);
    });
  }

  get published(): number {
    return this.#published;
  }

  get subscriptions(): readonly SubscriptionStats[] {
    return this.#local.readers.map(({ stats }) => stats);
  }

  stats(): LinkStats {
    return {
      connected: this.links.every(({ isReady }) => isReady),
      reconnects: this.links.reduce((sum, { reconnects }) => sum + reconnects, 0),
      unacknowledged: 0,
      resent: 0,
      duplicates: this.#duplicates,
      missing: this.#missing,
      malformed: this.#malformed,
      trimmedUnread: this.#unsent,
    };
  }

  publish(topic: string, message: Envelope): Promise<void> | undefined {
    if (this.#stopped) return forgiving(Promise.reject(this.#notServing()));
    this.#published += 1;
    const here = this.#local.publish(topic, message);
    try {
      this.#add(topic, writeMessage(message));
    } catch (thrown) {
      return forgiving(Promise.reject(toNautilusError(thrown)));
    }
    return here;
  }

  subscribe<T>(topic: string, handler: MessageHandler<T>, options: SubscribeOptions): Subscription {
    if (this.#stopped) throw this.#notServing();
    const subscription = this.#local.subscribe(topic, handler, options);
    const readers = this.#readers.get(topic) ?? 0;
    this.#readers.set(topic, readers + 1);
    if (readers === 0) this.#subscribe(topic);
    return countedSubscription(subscription, () => {
      this.#leave(topic);
    });
  }

  async settled(): Promise<void> {
    await Promise.all(this.#subscribing);
  }

  async leave(): Promise<void> {
    this.#flush();
    this.#stopped = true;
    // Behind what was published last.
    if (this.#writer.isReady) await this.#writer.redis.ping().catch(() => undefined);
  }

  end(): void {
    this.#local.stop();
    for (const link of this.links) link.close();
  }

  #add(topic: string, message: WireMessage): void {
    if (this.#news.size === 0) {
      afterTurn(() => {
        this.#flush();
      });
    }
    const news = this.#news.get(topic);
    if (news === undefined) this.#news.set(topic, [message]);
    else news.push(message);
  }

  #flush(): void {
    const news = this.#news;
    this.#news = new Map();
    if (this.#stopped || news.size === 0) return;
    if (!this.#writer.isReady || this.#underwayBytes > MAX_UNDERWAY_BYTES) {
      for (const [topic, messages] of news) this.#count(topic, messages.length);
      return;
    }
    const { redis } = this.#writer;
    inOneWrite(redis, () => {
      for (const [topic, messages] of news) {
        for (let from = 0; from < messages.length; from += MAX_BATCH) {
          this.#send(topic, messages.slice(from, from + MAX_BATCH));
        }
      }
    });
  }

  #send(topic: string, messages: readonly WireMessage[]): void {
    const head = writeHead({ from: this.#context.view, sequence: this.#nextSequence(topic) }, messages);
    const bytes = messages.reduce((sum, message) => sum + message.bytes, 0);
    this.#underwayBytes += bytes;
    // At most once: what is lost with the connection is lost, and the gap shows.
    void resultOf(this.#writer.redis.publish(this.#keys.live(topic), framed(head, messages))).then(() => {
      this.#underwayBytes -= bytes;
    });
  }

  /** Nobody will get them; the readers see the gap. */
  #count(topic: string, messages: number): void {
    this.#unsent += messages;
    this.#nextSequence(topic);
  }

  #nextSequence(topic: string): number {
    const next = (this.#sequences.get(topic) ?? 0) + 1;
    this.#sequences.set(topic, next);
    return next;
  }

  #subscribe(topic: string): void {
    if (!this.#reader.isReady) return;
    const subscribing = this.#reader.redis.subscribe(this.#keys.live(topic)).catch(() => undefined);
    this.#subscribing.add(subscribing);
    void subscribing.then(() => this.#subscribing.delete(subscribing));
  }

  #leave(topic: string): void {
    const readers = (this.#readers.get(topic) ?? 1) - 1;
    if (readers > 0) {
      this.#readers.set(topic, readers);
      return;
    }
    this.#readers.delete(topic);
    // What comes until it is read again is not missed.
    for (const name of [...this.#last.keys()]) if (name.startsWith(`${topic} `)) this.#last.delete(name);
    if (this.#reader.isReady) this.#reader.redis.unsubscribe(this.#keys.live(topic)).catch(() => undefined);
  }

  #receive(channel: string, payload: Buffer): void {
    const topic = channel.slice(this.#keys.live("").length);
    let batch: Batch;
    try {
      batch = readFramed(payload);
    } catch (thrown) {
      this.#malformed += 1;
      this.#context.log.warn({ topic }, `a message was passed over: ${messageOf(thrown)}`);
      return;
    }
    // The readers here had it when it was published.
    if (batch.from === this.#context.view || !this.#isNew(topic, batch)) return;
    for (const message of batch.messages) void this.#local.publish(topic, message);
  }

  #isNew(topic: string, { from, sequence }: Batch): boolean {
    const name = `${topic} ${from}`;
    const last = this.#last.get(name);
    if (last !== undefined && sequence <= last) {
      this.#duplicates += 1;
      return false;
    }
    if (last !== undefined) this.#missing += sequence - last - 1;
    const oldest = last === undefined && this.#last.size >= MAX_SENDERS ? this.#last.keys().next().value : undefined;
    if (oldest !== undefined) this.#last.delete(oldest);
    this.#last.set(name, sequence);
    return true;
  }

  #notServing(): NautilusError {
    return new NautilusError("NOT_SERVING", `the ${this.name} bus is stopped`);
  }
}
