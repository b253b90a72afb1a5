// One subscription: hands messages to its handler one at a time and in order, keeps what has to wait, counts what becomes of
// each. A message that comes while nothing is going on is handled at once; that way allocates nothing.
import type {
  DeadLetter,
  MessageHandler,
  SubscribeOptions,
  Subscription,
  SubscriptionStats,
} from "../contracts/bus.js";
import type { ChannelName } from "../contracts/channel.js";
import type { Envelope } from "../contracts/envelope.js";
import type { NautilusError } from "../contracts/errors.js";
import { BoundedQueue } from "../kernel/bounded-queue.js";
import { type BusLimits, CHANNEL_RULES } from "./channel-rules.js";
import { type Counts, NO_COUNTS } from "./counts.js";
import { IdWindow } from "./id-window.js";
import type { Overflow } from "./overflow.js";

export interface ReaderContext {
  readonly channel: ChannelName;
  readonly topic: string;
  readonly limits: BusLimits;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  /** It is through with a message, whatever became of it. */
  readonly onSettled?: ((topic: string, message: Envelope) => void) | undefined;
  readonly onClose: (reader: Reader) => void;
}

// What a reader is doing, as bits: zero is idle with nothing waiting.
const BUSY = 1;
const BEHIND = 2;
const CLOSED = 4;

const REASON_LENGTH = 500;

export class Reader implements Subscription {
  readonly #context: ReaderContext;
  readonly #name: string;
  readonly #queue: BoundedQueue<Envelope>;
  readonly #overflow: Overflow;
  readonly #counts: Counts = { ...NO_COUNTS };
  readonly #deliveries: number;
  readonly #runningPlaces: number;
  readonly #done: IdWindow | undefined;
  #handler: MessageHandler;
  #state = 0;
  /** What the handler is busy with after it has returned a promise. */
  #running: Envelope | undefined;
  #attempt = 0;
  #lastFailure: string | undefined;

  constructor(handler: MessageHandler, options: SubscribeOptions, context: ReaderContext) {
    const { channel, topic, limits } = context;
    const rules = CHANNEL_RULES[channel];
    this.#handler = handler;
    this.#name = options.name;
    this.#context = context;
    this.#queue = new BoundedQueue(options.queue ?? limits.queue);
    this.#deliveries = rules.deliveries;
    this.#runningPlaces = rules.runningCounts ? 1 : 0;
    this.#done = rules.effectsOnce ? new IdWindow(limits.window) : undefined;
    const owner = `${channel} ${topic} (${options.name})`;
    const createOverflow = rules.overflow(options);
    this.#overflow = createOverflow({
      queue: this.#queue,
      counts: this.#counts,
      waiters: limits.waiters,
      owner,
      onSettled: (message) => {
        this.#settle(message);
      },
    });
  }

  get topic(): string {
    return this.#context.topic;
  }

  get stats(): SubscriptionStats {
    const { delivered, conflated, dropped, duplicates, redelivered, failed, refused } = this.#counts;
    return {
      name: this.#name,
      topic: this.topic,
      queued: this.#queue.length,
      waiting: this.#overflow.waiting,
      delivered,
      conflated,
      dropped,
      duplicates,
      redelivered,
      failed,
      refused,
      lastFailure: this.#lastFailure,
    };
  }

  close(): void {
    this.shut(undefined);
  }

  /** Closes; publishers who wait are failed with `reason`, if there is one. */
  shut(reason: NautilusError | undefined): void {
    if ((this.#state & CLOSED) !== 0) return;
    this.#state |= CLOSED;
    this.#handler = nobody; // whoever keeps the subscription does not keep the handler
    const dropped = this.#queue.drain();
    this.#counts.dropped += dropped.length;
    this.#overflow.close(reason);
    for (const message of dropped) this.#settle(message);
    this.#context.onClose(this);
  }

  /** Handles the message, now if nothing is going on. A promise makes its publisher wait. */
  take(message: Envelope): Promise<void> | undefined {
    if (this.#state !== 0) return this.hold(message);
    this.#run(message, 1);
    this.pump();
    return undefined;
  }

  /** Keeps the message without handling it: it waits for `pump`, or for the handler to be free. */
  hold(message: Envelope): Promise<void> | undefined {
    if ((this.#state & CLOSED) !== 0) {
      this.#settle(message);
      return undefined;
    }
    this.#state |= BEHIND;
    if (!this.#hasRoom()) return this.#overflow.take(message);
    this.#queue.push(message);
    return undefined;
  }

  /** Handles what waits, unless the handler is busy. */
  pump(): void {
    while (this.#state === BEHIND) {
      // The queue of a single credit is empty while others wait for that credit.
      const message = this.#queue.shift() ?? this.#overflow.next();
      if (message === undefined) {
        this.#state = 0;
        return;
      }
      this.#state |= BUSY;
      // Before the handler runs: what it publishes comes behind those who wait already.
      this.#refill();
      this.#run(message, 1);
    }
  }

  #hasRoom(): boolean {
    return this.#queue.length + (this.#state & BUSY) * this.#runningPlaces < this.#queue.capacity;
  }

  #refill(): void {
    while (this.#overflow.waiting > 0 && this.#hasRoom()) this.#queue.push(this.#overflow.next() as Envelope);
  }

  #run(message: Envelope, attempt: number): void {
    if (this.#done?.has(message.id) === true) {
      this.#counts.duplicates += 1;
      this.#free();
      this.#settle(message);
      return;
    }
    this.#state |= BUSY;
    try {
      const returned: unknown = this.#handler(message);
      if (returned !== undefined && isThenable(returned)) {
        this.#running = message;
        this.#attempt = attempt;
        void Promise.resolve(returned).then(this.#onFulfilled, this.#onRejected);
        return;
      }
    } catch (thrown) {
      this.#fail(message, attempt, thrown);
      return;
    }
    this.#succeed(message);
  }

  readonly #onFulfilled = (): void => {
    this.#succeed(this.#takeRunning());
    this.pump();
  };

  readonly #onRejected = (thrown: unknown): void => {
    this.#fail(this.#takeRunning(), this.#attempt, thrown);
    this.pump();
  };

  #takeRunning(): Envelope {
    const message = this.#running as Envelope;
    this.#running = undefined;
    return message;
  }

  #succeed(message: Envelope): void {
    this.#counts.delivered += 1;
    this.#done?.add(message.id);
    this.#free();
    this.#settle(message);
  }

  #fail(message: Envelope, attempt: number, thrown: unknown): void {
    const reason = reasonOf(thrown);
    this.#lastFailure = reason;
    if (attempt < this.#deliveries && (this.#state & CLOSED) === 0) {
      this.#counts.redelivered += 1;
      this.#run(message, attempt + 1);
      return;
    }
    this.#counts.failed += 1;
    this.#free();
    if (this.#done !== undefined) {
      const { channel, topic, onDeadLetter } = this.#context;
      onDeadLetter({ channel, topic, subscription: this.#name, reason, attempts: attempt, message });
    }
    this.#settle(message);
  }

  #settle(message: Envelope): void {
    this.#context.onSettled?.(this.topic, message);
  }

  #free(): void {
    this.#state &= ~BUSY;
  }
}

function nobody(): undefined {
  return undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Anything can be thrown, also what cannot be turned into text. */
function reasonOf(thrown: unknown): string {
  try {
    return String(thrown).slice(0, REASON_LENGTH);
  } catch {
    return `a thrown ${typeof thrown} that has no text`;
  }
}
