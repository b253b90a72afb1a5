// One channel within one process, over EventEmitter3: a topic is an event, a subscription a listener. What is published while
// its own topic is being delivered is kept until every subscription has the message before it, so that all see one order.
import { EventEmitter } from "eventemitter3";
import type { BusChannel, DeadLetter, MessageHandler, SubscribeOptions, Subscription } from "../contracts/bus.js";
import type { ChannelName } from "../contracts/channel.js";
import type { Envelope } from "../contracts/envelope.js";
import { NautilusError } from "../contracts/errors.js";
import type { BusLimits } from "./channel-rules.js";
import { forgiving } from "./forgiving.js";
import { Reader } from "./reader.js";

export interface MemoryChannelOptions {
  readonly limits: BusLimits;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  /** A subscription is through with a message, whatever became of it. */
  readonly onSettled?: (topic: string, message: Envelope) => void;
}

export class MemoryChannel implements BusChannel {
  readonly #emitter = new EventEmitter();
  readonly #seats = new Map<string, Set<Seat>>();
  readonly #options: MemoryChannelOptions;
  /** Undefined when it has to be listed anew. */
  #readers: readonly Reader[] | undefined;
  /** The innermost one under way: a handler may publish. */
  #delivery: Delivery | undefined;
  #published = 0;
  #stopped = false;

  constructor(
    readonly name: ChannelName,
    options: MemoryChannelOptions,
  ) {
    this.#options = options;
  }

  get published(): number {
    return this.#published;
  }

  get readers(): readonly Reader[] {
    this.#readers ??= [...this.#seats.values()].flatMap((seats) => [...seats].map(({ reader }) => reader));
    return this.#readers;
  }

  publish(topic: string, message: Envelope): Promise<void> | undefined {
    if (this.#stopped) return forgiving(Promise.reject(this.#notServing()));
    this.#published += 1;
    if (!this.#seats.has(topic)) return undefined;
    const outer = this.#delivery;
    const same = outer === undefined ? undefined : outer.on(topic);
    if (same !== undefined) return this.#publishWithin(same, message);
    const delivery = new Delivery(topic, message, this.#published);
    delivery.outer = outer;
    this.#delivery = delivery;
    this.#emitter.emit(topic, delivery);
    while (delivery.interrupted) this.#resume(delivery);
    this.#delivery = outer;
    return delivery.taken();
  }

  subscribe<T>(topic: string, handler: MessageHandler<T>, options: SubscribeOptions): Subscription {
    if (this.#stopped) throw this.#notServing();
    const reader = new Reader(handler as MessageHandler, options, {
      channel: this.name,
      topic,
      limits: this.#options.limits,
      onDeadLetter: this.#options.onDeadLetter,
      onSettled: this.#options.onSettled,
      onClose: () => this.#remove(seat),
    });
    const seat: Seat = { reader, taken: this.#published };
    this.#emitter.on(topic, deliverTo, seat);
    this.#seats.set(topic, this.#seatsOf(topic).add(seat));
    this.#readers = undefined;
    return reader;
  }

  readersOf(topic: string): number {
    return this.#seatsOf(topic).size;
  }

  /** Closes every subscription for good; publishers who wait fail with NOT_SERVING. */
  stop(): void {
    this.#stopped = true;
    for (const reader of this.readers) reader.shut(this.#notServing());
  }

  /** Every subscription gets the message that is being delivered, then this one; none handles them yet. */
  #publishWithin(delivery: Delivery, message: Envelope): Promise<void> | undefined {
    const inner = new Delivery(delivery.topic, message, this.#published);
    for (const seat of this.#seatsOf(delivery.topic)) {
      hold(seat, delivery);
      hold(seat, inner);
    }
    delivery.interrupted = true;
    return inner.taken();
  }

  #resume(delivery: Delivery): void {
    delivery.interrupted = false;
    for (const { reader } of this.#seatsOf(delivery.topic)) reader.pump();
  }

  #seatsOf(topic: string): Set<Seat> {
    return this.#seats.get(topic) ?? new Set();
  }

  #remove(seat: Seat): void {
    const { topic } = seat.reader;
    this.#emitter.off(topic, deliverTo, seat);
    const seats = this.#seatsOf(topic);
    seats.delete(seat);
    this.#readers = undefined;
    if (seats.size === 0) this.#seats.delete(topic);
  }

  #notServing(): NautilusError {
    return new NautilusError("NOT_SERVING", `the ${this.name} bus is stopped`);
  }
}

/** A reader's place at a topic: `taken` is the serial of the last message given to it. */
interface Seat {
  readonly reader: Reader;
  taken: number;
}

/** One message on its way to the subscriptions of its topic. */
class Delivery {
  /** Kept for its hidden class: with none alive, a full collection drops that, and the optimised code with it. */
  static readonly example = new Delivery("", {} as Envelope, 0);

  /** A handler has published to the same topic. */
  interrupted = false;
  /** The one whose handler published this one. */
  outer: Delivery | undefined = undefined;
  #waits: Promise<void>[] | undefined;

  constructor(
    readonly topic: string,
    readonly message: Envelope,
    readonly serial: number,
  ) {}

  /** The delivery on that topic among this one and those around it. */
  on(topic: string): Delivery | undefined {
    return this.topic === topic ? this : this.outer?.on(topic);
  }

  waitFor(wait: Promise<void>): void {
    this.#waits = [...(this.#waits ?? []), wait];
  }

  taken(): Promise<void> | undefined {
    const waits = this.#waits;
    return (
      waits && forgiving(waits.length === 1 ? (waits[0] as Promise<void>) : Promise.all(waits).then(() => undefined))
    );
  }
}

/** The listener of every subscription: one function, so that the emitter's call stays predictable. */
function deliverTo(this: Seat, delivery: Delivery): void {
  if (delivery.serial <= this.taken) {
    this.reader.pump(); // it was given the message ahead of its turn
    return;
  }
  this.taken = delivery.serial;
  const wait = this.reader.take(delivery.message);
  if (wait !== undefined) delivery.waitFor(wait);
}

function hold(seat: Seat, delivery: Delivery): void {
  if (delivery.serial <= seat.taken) return;
  seat.taken = delivery.serial;
  const wait = seat.reader.hold(delivery.message);
  if (wait !== undefined) delivery.waitFor(wait);
}
