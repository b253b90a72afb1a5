// engineLogic and neuralGpu over Redis streams. Readers on this node get a message at once, as on the bus within one process; those
// on other nodes through the stream of its topic, and its publisher waits until they have taken it.
import type {
  DeadLetter,
  LinkStats,
  MessageHandler,
  SubscribeOptions,
  Subscription,
  SubscriptionStats,
} from "../../contracts/bus.js";
import type { ChannelName } from "../../contracts/channel.js";
import type { Envelope } from "../../contracts/envelope.js";
import { NautilusError } from "../../contracts/errors.js";
import { CHANNEL_RULES } from "../channel-rules.js";
import { forgiving } from "../forgiving.js";
import { MemoryChannel } from "../memory-channel.js";
import { AckPost } from "./ack-post.js";
import type { ChannelContext, RedisChannel } from "./channel-context.js";
import { countedSubscription } from "./counted-subscription.js";
import { deadLetterText } from "./dead-letter-text.js";
import { Inlet, type InletCounts } from "./inlet.js";
import { keysOf, nodeOfView, type Keys } from "./keys.js";
import { Lookout } from "./lookout.js";
import { Outbox } from "./outbox.js";
import { Presence } from "./presence.js";
import { PushLine } from "./push-line.js";
import { hearReaderNews } from "./reader-news.js";
import { ReaderSets } from "./reader-sets.js";
import { Receipts } from "./receipts.js";
import { Registry } from "./registry.js";
import { RedisLink } from "./redis-link.js";
import type { SeenSequences } from "./seen-sequences.js";
import { StreamLoop } from "./stream-loop.js";
import { Trimmer } from "./trimmer.js";

/** For what was published last to get to its readers. */
const DRAIN_MS = 500;
/** For what was read last to take effect. */
const SETTLE_MS = 300;
const LOOK_MS = 10;
/** Of the stream of dead letters. */
const MAX_DEAD_LETTERS = 10_000;

/** Topics that are no longer read, of which it is remembered what came. */
const MAX_EARLIER = 256;

interface Reading {
  readonly inlet: Inlet;
  readers: number;
}

export class StreamChannel implements RedisChannel {
  readonly links: readonly RedisLink[];
  readonly #context: ChannelContext;
  readonly #keys: Keys;
  readonly #writer: RedisLink;
  readonly #local: MemoryChannel;
  readonly #outbox: Outbox;
  readonly #receipts: Receipts;
  readonly #post: AckPost;
  readonly #registry: Registry;
  readonly #loop: StreamLoop;
  /** Only where batches are small. */
  readonly #pushes: PushLine | undefined;
  readonly #presence: Presence;
  readonly #lookout: Lookout;
  readonly #trimmer: Trimmer;
  readonly #readings = new Map<string, Reading>();
  /** Of topics that are no longer read: what came. */
  readonly #earlier = new Map<string, SeenSequences>();
  readonly #inlets: InletCounts = { batches: 0, duplicates: 0, missing: 0, malformed: 0 };
  #topicsSent = new Set<string>();
  #published = 0;
  #stopped = false;

  constructor(
    readonly name: ChannelName,
    context: ChannelContext,
  ) {
    this.#context = context;
    const { view, log, limits, createLink } = context;
    const keys = (this.#keys = keysOf(context.namespace, name));
    const reader = createLink(name, "reader");
    const writer = (this.#writer = createLink(name, "writer"));
    const atMostOnce = !CHANNEL_RULES[name].effectsOnce;
    const listener = atMostOnce ? undefined : createLink(name, "listener");
    const pusher = listener && createLink(name, "pusher");
    this.links = [reader, writer, listener, pusher].filter((link) => link !== undefined);
    // Acks may have been on their way when the connection was lost: readers tell again of what they had.
    this.#pushes = listener && new PushLine(listener, () => this.#outbox.sendAllAgain());
    const group = nodeOfView(view);
    const shared = { view, link: writer, keys, limits, clock: context.clock, log };
    const sets = new ReaderSets();
    if (this.#pushes !== undefined) hearReaderNews(this.#pushes, keys.news, sets);
    this.#local = new MemoryChannel(name, {
      limits,
      onDeadLetter: (letter) => {
        this.#bury(letter);
      },
      onSettled: (topic, message) => this.#readings.get(topic)?.inlet.settled(message),
    });
    const isRead = (topic: string): boolean => !this.#stopped && this.#readings.has(topic);
    this.#registry = new Registry({ ...shared, isRead });
    this.#presence = new Presence({
      ...shared,
      onDataLost: () => {
        sets.doubt();
        this.#outbox.sendAllAgain();
      },
      onLapsed: () => {
        this.#loop.resume();
      },
    });
    this.#outbox = new Outbox({
      ...shared,
      channel: name,
      sets,
      // What was given to one start of a node is not given to its next, where nobody is to see it twice.
      readerOf: atMostOnce ? (reader) => reader : nodeOfView,
      pusher,
      takeDone: (reader, most) => this.#post.takeDone(reader, most),
      onOver: ({ topic, entryId }) => {
        // Nobody is to see it again, and it may be large; but not all who are to see it may be back.
        if (atMostOnce && entryId !== undefined && writer.isReady && this.#presence.canTell)
          writer.redis.xdel(keys.log(topic), entryId).catch(() => undefined);
      },
    });
    this.#receipts = new Receipts({ ...shared, outbox: this.#outbox, counts: this.#inlets });
    this.#post = new AckPost({ ...shared, group, pushes: listener !== undefined });
    this.#loop = new StreamLoop({ ...shared, reader, writer, group, consumer: view, atMostOnce, listener });
    this.#lookout = new Lookout({ ...shared, sets, outbox: this.#outbox, presence: this.#presence });
    this.#trimmer = new Trimmer({
      ...shared,
      presence: this.#presence,
      atMostOnce,
      takeTopics: () => this.#takeTopics(),
    });
    this.#hearAcks(keys.acks(view));
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
      unacknowledged: this.#outbox.held,
      resent: this.#outbox.resent,
      duplicates: this.#inlets.duplicates,
      missing: this.#inlets.missing,
      malformed: this.#inlets.malformed,
      trimmedUnread: this.#trimmer.unread,
      refusal: this.#outbox.refusal,
    };
  }

  publish(topic: string, message: Envelope): Promise<void> | undefined {
    if (this.#stopped) return forgiving(Promise.reject(this.#notServing()));
    this.#published += 1;
    this.#topicsSent.add(topic);
    const here = this.#local.publish(topic, message);
    const elsewhere = this.#outbox.publish(topic, message);
    return here === undefined ? elsewhere : forgiving(Promise.all([here, elsewhere]).then(() => undefined));
  }

  subscribe<T>(topic: string, handler: MessageHandler<T>, options: SubscribeOptions): Subscription {
    if (this.#stopped) throw this.#notServing();
    const subscription = this.#local.subscribe(topic, handler, options);
    this.#readingOf(topic).readers += 1;
    return countedSubscription(subscription, () => {
      this.#leave(topic);
    });
  }

  /** Resolves when every subscription made so far is in force. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  async leave(): Promise<void> {
    this.#stopped = true;
    await this.#outbox.drain(DRAIN_MS);
    this.#lookout.close();
    this.#trimmer.close();
    this.#loop.stop();
    // Nothing is taken any more: what comes now is kept for the next start, or for nobody.
    for (const topic of this.#readings.keys()) this.#pushes?.close(this.#keys.live(topic));
    await this.#settle(SETTLE_MS);
    await Promise.all([...this.#readings].map(([topic, { inlet }]) => this.#registry.leave(topic, inlet.isBusy)));
    await this.#post.close();
    await this.#presence.close();
  }

  /** Resolves when everything that came has taken effect, or after so long. */
  async #settle(limitMs: number): Promise<void> {
    const { clock } = this.#context;
    const untilMs = clock.nowMs() + limitMs;
    const isBusy = (): boolean => [...this.#readings.values()].some(({ inlet }) => inlet.isBusy);
    while (isBusy() && clock.nowMs() < untilMs) {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, LOOK_MS));
    }
  }

  end(): void {
    this.#readings.clear();
    this.#local.stop();
    this.#outbox.stop(this.#notServing());
    for (const link of this.links) link.close();
  }

  #readingOf(topic: string): Reading {
    const known = this.#readings.get(topic);
    if (known !== undefined) return known;
    const stream = this.#keys.log(topic);
    const inlet = new Inlet(
      {
        topic,
        stream,
        view: this.#context.view,
        local: this.#local,
        post: this.#post,
        log: this.#context.log,
        effectsOnce: CHANNEL_RULES[this.name].effectsOnce,
        onDone: (reader, done) => {
          this.#receipts.takeAlong(reader, done);
        },
        earlier: this.#earlier.get(topic),
      },
      this.#inlets,
    );
    const reading: Reading = { inlet, readers: 0 };
    this.#readings.set(topic, reading);
    this.#loop.open({
      stream,
      onEntry: (entryId, fields, isLate) => inlet.receive(entryId, fields, isLate),
      onJoined: () => this.#registry.enter(topic),
    });
    this.#pushes?.open(this.#keys.live(topic), (payload) => {
      if (!inlet.push(payload)) this.#loop.hurry();
    });
    return reading;
  }

  #leave(topic: string): void {
    const reading = this.#readings.get(topic);
    if (reading === undefined) return;
    reading.readers -= 1;
    if (reading.readers > 0) return;
    this.#readings.delete(topic);
    this.#remember(topic, reading.inlet.seen);
    this.#loop.close(this.#keys.log(topic));
    this.#pushes?.close(this.#keys.live(topic));
    void this.#registry.leave(topic);
  }

  #remember(topic: string, seen: SeenSequences): void {
    const oldest = this.#earlier.size >= MAX_EARLIER ? this.#earlier.keys().next().value : undefined;
    if (oldest !== undefined) this.#earlier.delete(oldest);
    this.#earlier.set(topic, seen);
  }

  #hearAcks(acks: string): void {
    this.#pushes?.open(acks, (payload) => {
      this.#receipts.take(payload, true);
    });
    this.#loop.open({
      stream: acks,
      onEntry: (entryId, fields) => {
        this.#receipts.take(fields[1]?.toString("utf8") ?? "", false);
        if (CHANNEL_RULES[this.name].effectsOnce) this.#post.done(acks, entryId);
        return true;
      },
    });
  }

  #takeTopics(): readonly string[] {
    const topics = [...this.#topicsSent];
    this.#topicsSent = new Set();
    return topics;
  }

  #bury(letter: DeadLetter): void {
    this.#context.onDeadLetter(letter);
    if (!this.#writer.isReady) return;
    this.#writer.redis
      .xadd(this.#keys.deadLetters, "MAXLEN", "~", MAX_DEAD_LETTERS, "*", "letter", deadLetterText(letter))
      .catch(() => undefined); // it is kept here as well
  }

  #notServing(): NautilusError {
    return new NautilusError("NOT_SERVING", `the ${this.name} bus is stopped`);
  }
}
