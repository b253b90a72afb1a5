// Looks after what was sent and not taken for a while: whether those who are to take it are still there.
import type { Clock } from "../../contracts/clock.js";
import { ABSENT, type Keys } from "./keys.js";
import type { Outbox } from "./outbox.js";
import type { Presence } from "./presence.js";
import type { RedisLink } from "./redis-link.js";
import { Rounds } from "./rounds.js";
import { askForReaders, type ReaderSets } from "./reader-sets.js";
import type { SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";

export interface LookoutOptions {
  readonly view: string;
  readonly link: RedisLink;
  readonly keys: Keys;
  readonly sets: ReaderSets;
  readonly outbox: Outbox;
  readonly presence: Presence;
  readonly clock: Clock;
}

const LOOK_MS = 500;
/** Nobody told of it for so long: it may not have arrived. Readers know what they had before. */
const SEND_AGAIN_MS = 30_000;

export class Lookout {
  readonly #options: LookoutOptions;
  readonly #rounds: Rounds;

  constructor(options: LookoutOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options.clock, LOOK_MS, () => this.#look());
  }

  close(): void {
    this.#rounds.close();
  }

  async #look(): Promise<void> {
    const { link, outbox, clock } = this.#options;
    const beforeMs = clock.nowMs() - LOOK_MS;
    for (const topic of outbox.topics) {
      const old = [...topic.sent].filter(({ entryId, sentMs }) => entryId !== undefined && sentMs <= beforeMs);
      if (old.length > 0 && link.isReady && !this.#rounds.isClosed) await this.#lookAt(topic, old);
    }
  }

  async #lookAt(outbox: TopicOutbox, batches: readonly SentBatch[]): Promise<void> {
    const { link, keys, sets, view } = this.#options;
    const { topic } = outbox;
    const readers = await askForReaders(link, keys, topic);
    if (readers === undefined) return;
    // A server that lost its data does not know yet who reads.
    const isLost = readers.version === null;
    const { views } = isLost ? sets.of(topic) : readers;
    const living = await this.#living(topic, new Set([...views].filter((each) => each !== view)));
    if (living === undefined) return;
    if (!isLost) sets.set(topic, { ...readers, views: living });
    // A server that lost its data may not know all of them yet: what it does not know is waited for until it can.
    if (this.#options.presence.canTell) {
      for (const batch of batches) this.#options.outbox.expect(outbox, batch, living);
    }
    const againMs = this.#options.clock.nowMs() - SEND_AGAIN_MS;
    for (const batch of batches) {
      if (!batch.isOver && batch.sentMs <= againMs) this.#options.outbox.sendAgain(outbox, batch);
    }
  }

  /** Those that are not dead; the dead ones nobody waits for any more, but what they have not read is kept. */
  async #living(topic: string, views: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
    const { link, keys, presence } = this.#options;
    if (!presence.canTell || views.size === 0) return views;
    const pipeline = link.redis.pipeline();
    for (const view of views) pipeline.exists(keys.view(view));
    const results = await pipeline.exec().catch(() => null);
    if (results === null || results.some(([error]) => error !== null)) return undefined;
    const dead = [...views].filter((_, index) => results[index]?.[1] === 0);
    if (dead.length === 0) return views;
    const marked = link.redis
      .pipeline()
      .hset(keys.readers(topic), Object.fromEntries(dead.map((view) => [view, ABSENT])))
      .incr(keys.version(topic));
    await marked.exec().catch(() => null);
    return new Set([...views].filter((view) => !dead.includes(view)));
  }
}
