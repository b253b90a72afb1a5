// Whom a batch is for: those who were its topic's readers when it was sent, or came at that moment. That is known where the server
// was asked after it had the batch, or where no change was heard of before the first that was heard of the batch itself.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Keys } from "./keys.js";
import { inOneWrite, resultOf } from "./one-write.js";
import type { RedisLink } from "./redis-link.js";
import { askForReaders, hasOthers, type ReaderSet, type ReaderSets } from "./reader-sets.js";
import type { SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";

export interface ReaderChecksOptions {
  readonly view: string;
  readonly link: RedisLink;
  readonly keys: Keys;
  readonly sets: ReaderSets;
  readonly clock: Clock;
  /** Who is to take the batch. */
  readonly expect: (outbox: TopicOutbox, batch: SentBatch, views: ReadonlySet<string>) => void;
}

/** What was pushed meanwhile is asked for in one: sooner than its readers tell of it, it is of no use. */
const GATHER_MS = 2;
/** Where it did not answer. */
const AGAIN_MS = 50;
/** After that it is asked again, whatever is heard. */
const RELIABLE_MS = 1_000;

export class ReaderChecks {
  readonly #options: ReaderChecksOptions;
  #pushed = new Map<TopicOutbox, SentBatch[]>();
  #timer: TimerHandle | undefined;

  constructor(options: ReaderChecksOptions) {
    this.#options = options;
  }

  /** They were pushed, and the server has them. Of a batch that others read it is enough to be heard of. */
  pushed(outbox: TopicOutbox, batches: readonly SentBatch[]): void {
    const { sets, view, clock } = this.#options;
    const { views } = sets.of(outbox.topic);
    if (!hasOthers(views, view) || !sets.isReliable(outbox.topic, clock.nowMs())) this.#later(outbox, batches);
  }

  /** One is pushed that others read, and the server may not have it yet: what it is asked now says nothing of that batch. */
  pushing(outbox: TopicOutbox): void {
    const { sets, clock } = this.#options;
    if (!sets.isReliable(outbox.topic, clock.nowMs())) this.#later(outbox, []);
  }

  /**
   * A reader of a pushed batch was heard of, on the line on which this view would have heard, before that, of any other that began
   * to read before the batch was there.
   */
  heard(outbox: TopicOutbox, sequence: number): void {
    const batch = outbox.unloggedBatch(sequence);
    if (batch === undefined || batch.readers !== undefined) return;
    const { sets, clock } = this.#options;
    if (sets.isReliable(outbox.topic, clock.nowMs())) this.#expect(outbox, [batch]);
    else if (this.#pushed.get(outbox)?.includes(batch) !== true) this.#later(outbox, [batch]);
  }

  /** They were in the stream, or pushed, when the server was asked, and it did not answer. */
  again(outbox: TopicOutbox, batches: readonly SentBatch[]): void {
    const open = batches.filter(({ entryId, isPushed, isOver }) => !isOver && (entryId !== undefined || isPushed));
    if (open.length > 0 && this.#options.link.isReady) this.#later(outbox, open, AGAIN_MS);
  }

  /** Asks in a moment. What goes to the stream before that, or where the server cannot be asked then, is asked for there. */
  #later(outbox: TopicOutbox, batches: readonly SentBatch[], delayMs = GATHER_MS): void {
    const pushed = this.#pushed.get(outbox);
    if (pushed === undefined) this.#pushed.set(outbox, [...batches]);
    else pushed.push(...batches);
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      void this.#check();
    }, delayMs);
  }

  /** @param version of the readers as the server had it behind the batches; null where it knows of none, undefined where it was not asked */
  async know(outbox: TopicOutbox, batches: readonly SentBatch[], version: string | null | undefined): Promise<void> {
    const { sets, link, keys } = this.#options;
    const { topic } = outbox;
    if (version === undefined) {
      this.again(outbox, batches);
      return;
    }
    if (!sets.isCurrent(topic, version)) {
      const readers = await askForReaders(link, keys, topic);
      if (readers === undefined) {
        this.again(outbox, batches);
        return;
      }
      // It lost its data meanwhile, and does not know yet who reads.
      if (readers.version !== null) sets.set(topic, readers);
    }
    this.#expect(outbox, batches);
  }

  /** As they were when the batches were sent. */
  note(outbox: TopicOutbox, batches: readonly SentBatch[], readers: ReaderSet): void {
    // A server that lost its data does not know yet who reads.
    if (readers.version !== null) this.#options.sets.set(outbox.topic, readers);
    this.#expect(outbox, batches);
  }

  close(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#pushed.clear();
  }

  async #check(): Promise<void> {
    const { link, keys, sets, clock } = this.#options;
    const pushed = [...this.#pushed];
    this.#pushed = new Map();
    if (!link.isReady) return;
    const { redis } = link;
    const ticket = sets.ticket();
    const asked = inOneWrite(redis, () =>
      pushed.map(async ([outbox, batches]) => {
        const [error, version] = await resultOf(redis.get(keys.version(outbox.topic)));
        if (error !== null) {
          this.again(outbox, batches);
          return;
        }
        await this.know(outbox, batches, version as string | null);
        if (typeof version !== "string") return;
        sets.relyOn(outbox.topic, version, { ticket, untilMs: clock.nowMs() + RELIABLE_MS });
      }),
    );
    await Promise.all(asked);
  }

  #expect(outbox: TopicOutbox, batches: readonly SentBatch[]): void {
    const { sets, view, expect } = this.#options;
    const { views, absent } = sets.of(outbox.topic);
    const others = without(views, view);
    for (const batch of batches) {
      if (absent.size > 0) batch.keepFor(absent);
      if (batch.entryId !== undefined || batch.isPushed) expect(outbox, batch, others);
    }
  }
}

function without(views: ReadonlySet<string>, own: string): ReadonlySet<string> {
  if (!views.has(own)) return views;
  const others = new Set(views);
  others.delete(own);
  return others;
}
