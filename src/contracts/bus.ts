// The port of the triple bus. Topics are plain strings; an envelope goes to every subscription of its topic.
import type { ChannelName } from "./channel.js";
import type { Envelope } from "./envelope.js";
import type { Leases } from "./lease.js";
import type { WhenSlow } from "./product.js";

/**
 * Gets one message at a time, in order: a returned promise means "busy until it settles", and the subscription's further
 * messages wait. What it throws stays inside the subscription. A handler must not wait for the push-back of its own
 * subscription: it would wait for itself.
 */
export type MessageHandler<T = unknown> = (message: Envelope<T>) => void | Promise<void>;

export interface SubscribeOptions {
  /** Named in stats and dead letters. */
  readonly name: string;
  /**
   * Messages that may wait while the handler is busy; default 1024. On neuralGpu the reader's credits: the message that the
   * handler is busy with takes one too.
   */
  readonly queue?: number;
  /** marketData only; default conflate. */
  readonly whenSlow?: WhenSlow;
}

/**
 * Every message published to the topic is, at any time, in exactly one of `queued`, `waiting`, `delivered`, `conflated`,
 * `dropped`, `duplicates`, `failed`, `refused`, or with the handler.
 */
export interface SubscriptionStats {
  readonly name: string;
  readonly topic: string;
  readonly queued: number;
  /** Pushed back: their publishers wait for a place in the queue. */
  readonly waiting: number;
  /** The handler was done with them and had not failed. */
  readonly delivered: number;
  /** Given up for a later message of the same subject. */
  readonly conflated: number;
  /** Given up unread: oldest in a full queue, or still undelivered when the subscription closed. */
  readonly dropped: number;
  /** Not delivered, as the effect of the same id was done. */
  readonly duplicates: number;
  /** Deliveries beyond a message's first. */
  readonly redelivered: number;
  /** Given up because the handler failed. */
  readonly failed: number;
  /** Their publishers were told OVERLOADED. */
  readonly refused: number;
  /** What the handler last failed with. */
  readonly lastFailure: string | undefined;
}

export interface Subscription {
  readonly stats: SubscriptionStats;
  /**
   * Nothing is delivered after it; what is queued is dropped and counted, and publishers who waited for this reader wait no
   * more. Twice is the same as once.
   */
  close(): void;
}

/** A message that could not take effect. */
export interface DeadLetter {
  readonly channel: ChannelName;
  readonly topic: string;
  readonly subscription: string;
  readonly reason: string;
  readonly attempts: number;
  readonly message: Envelope;
}

/**
 * - `marketData`: a handler that fails loses the message (counted). A full queue conflates: the newest waiting message of the
 *   same subject is replaced in its place; where none waits, those go that a later one of their subject follows; where there
 *   are none either, the oldest is dropped (counted). So the latest of every subject is delivered while there are no more
 *   subjects than places. Messages without a subject share one.
 * - `engineLogic`: a handler that fails gets the message again at once, at most 3 times in all, then it is a dead letter; an
 *   id whose effect is done is not delivered again (at least the last 4096 ids a subscription); a full queue pushes back.
 * - `neuralGpu`: a handler that fails loses the message (counted); without credit the publisher waits.
 */
export interface BusChannel {
  readonly name: ChannelName;
  /**
   * Delivery may happen before `publish` returns. `undefined` when every subscription took the message at once; a promise
   * when a reader pushes back, settling when it has taken it. Whoever publishes more meanwhile waits behind, in order. The
   * promise may be ignored: its rejection alone does not count as unhandled.
   * @throws NautilusError OVERLOADED (rejected promise) when the bounded list of waiting publishers (1024 a subscription) is
   * full too: the least urgent waiter, the newest of equals, is the one refused; NOT_SERVING (rejected promise) when the bus
   * is stopped
   */
  publish(topic: string, message: Envelope): Promise<void> | undefined;
  /**
   * From now on: a message whose publication has begun is not delivered.
   * @throws NautilusError NOT_SERVING when the bus is stopped; AssertionError when `queue` is not a positive integer
   */
  subscribe<T>(topic: string, handler: MessageHandler<T>, options: SubscribeOptions): Subscription;
}

/** Of one channel that leaves the process. */
export interface LinkStats {
  readonly connected: boolean;
  readonly reconnects: number;
  /** Published here, and not yet taken by every reader elsewhere. */
  readonly unacknowledged: number;
  /** Batches sent more than once, as it was not known whether they had arrived. */
  readonly resent: number;
  /** Batches that came more than once; they took effect once. */
  readonly duplicates: number;
  /** Batches that never came though later ones of their sender did. */
  readonly missing: number;
  /** What came and was no batch. */
  readonly malformed: number;
  /** Entries cut off before a reader had them, as it was too far behind. */
  readonly trimmedUnread: number;
  /** What the server said when it refused to keep a message, where that was moments ago. */
  readonly refusal?: string | undefined;
}

export interface BusStats {
  readonly published: Readonly<Record<ChannelName, number>>;
  /** Of the open ones. */
  readonly subscriptions: Readonly<Record<ChannelName, readonly SubscriptionStats[]>>;
  /** All there ever were, also those no longer kept. */
  readonly deadLetters: number;
  /** Absent where nothing leaves the process. */
  readonly links?: Readonly<Record<ChannelName, LinkStats>>;
}

/** What is to be published while the event loop that armed it does not turn. */
export interface PulseSpeech {
  readonly topics: readonly string[];
  /** Published on engineLogic under a new id each time, its data's `aliveAtMs` grown by the time since it was armed. */
  readonly message: Envelope<{ readonly aliveAtMs: number }>;
  /** Begins when it was not armed anew for so long, and goes on at that pace … */
  readonly everyMs: number;
  /** … but not for longer than this: a loop that stalls for ever is dead. */
  readonly forMs: number;
}

/** Speaks for a node from outside its event loop, over a connection of its own. */
export interface Pulse {
  arm(speech: PulseSpeech): void;
  disarm(): void;
}

export interface Bus {
  channel(name: ChannelName): BusChannel;
  /** Of the network that the bus carries. Absent where its nodes have nothing that they all could ask. */
  readonly leases?: Leases;
  /**
   * Takes away what nodes left behind that never came back; for whoever leads, under the token of the lease.
   * @throws Error (rejected) where the bus could not be asked
   */
  readonly tidy?: (token: number) => Promise<number>;
  /** Of one node. A bus whose readers all share one event loop has none: they stall together. */
  readonly createPulse?: () => Pulse;
  /** Twice is the same as once. @throws NautilusError NOT_SERVING (rejected promise) after `stop` */
  start(): Promise<void>;
  /** For good: closes every subscription; waiting publishers fail with NOT_SERVING. Twice is the same as once. */
  stop(): Promise<void>;
  stats(): BusStats;
  /** The newest last; at most 1024 are kept. */
  deadLetters(): readonly DeadLetter[];
}
