// The port of the triple bus. Topics are plain strings; an envelope goes to every subscription of its topic.
import type { ChannelName } from "./channel.js";
import type { Envelope } from "./envelope.js";
import type { WhenSlow } from "./product.js";

/** A returned promise means "busy until it settles": the subscription's further messages wait in its queue. */
export type MessageHandler<T = unknown> = (message: Envelope<T>) => void | Promise<void>;

export interface SubscribeOptions {
  /** Named in stats and dead letters. */
  readonly name: string;
  /** Messages that may wait while the handler is busy; default 1024. On neuralGpu: the reader's credits. */
  readonly queue?: number;
  /** marketData only; default conflate. */
  readonly whenSlow?: WhenSlow;
}

export interface SubscriptionStats {
  readonly name: string;
  readonly topic: string;
  readonly queued: number;
  readonly delivered: number;
  /** Replaced by a later message of the same subject. */
  readonly conflated: number;
  readonly dropped: number;
  readonly duplicates: number;
  readonly redelivered: number;
  readonly failed: number;
}

export interface Subscription {
  readonly stats: SubscriptionStats;
  /** Nothing is delivered after it; what is queued is dropped and counted. Twice is the same as once. */
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
 * - `marketData`: a handler that fails loses the message (counted); a full queue conflates per subject, else drops the
 *   oldest (counted).
 * - `engineLogic`: a handler that fails gets the message again, at most 3 times in all, then it is a dead letter; an id
 *   whose effect is done is not delivered again (window of 4096 ids a subscription); a full queue pushes back.
 * - `neuralGpu`: a handler that fails loses the message (counted); without credit the publisher waits.
 */
export interface BusChannel {
  readonly name: ChannelName;
  /**
   * Delivery may happen before `publish` returns. `undefined` when every subscription took the message at once; a promise
   * when a reader pushes back, settling when it has taken it.
   * @throws NautilusError OVERLOADED (rejected promise) when the bounded list of waiting publishers is full too: the least
   * urgent waiter is the one refused; NOT_SERVING when the bus is stopped
   */
  publish(topic: string, message: Envelope): Promise<void> | undefined;
  subscribe<T>(topic: string, handler: MessageHandler<T>, options: SubscribeOptions): Subscription;
}

export interface BusStats {
  readonly published: Readonly<Record<ChannelName, number>>;
  readonly subscriptions: Readonly<Record<ChannelName, readonly SubscriptionStats[]>>;
  readonly deadLetters: number;
}

export interface Bus {
  channel(name: ChannelName): BusChannel;
  start(): Promise<void>;
  /** Closes every subscription; waiting publishers fail with NOT_SERVING. */
  stop(): Promise<void>;
  stats(): BusStats;
  /** The newest last; at most 1024 are kept. */
  deadLetters(): readonly DeadLetter[];
}
