// Looks after what was sent and not taken for a while: whether those who are to take it are still there.
import type { Clock } from "../../contracts/clock.js";
import { ABSENT, nodeOfView, READS, type Keys } from "./keys.js";
import { inOneWrite, resultOf } from "./one-write.js";
import type { Outbox } from "./outbox.js";
import type { Presence } from "./presence.js";
import { CHANGED } from "./readers-changed.js";
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

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Keys: the readers of a topic, the version of those, and of each view that which it keeps alive. Arguments: the marks of one that
 * reads and of one that is away, where changes are told, the topic, the views. One that came back meanwhile, or is replaced by a
 * later start, is left alone.
 */
const MARK = `${CHANGED}
  for at = 5, #ARGV do
    if redis.call("HGET", KEYS[1], ARGV[at]) == ARGV[1] and redis.call("EXISTS", KEYS[at - 2]) == 0 then
      redis.call("HSET", KEYS[1], ARGV[at], ARGV[2])
      changed(KEYS[2], ARGV[3], ARGV[4])
    end
  end
  return 1
`;

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
    const dead = await this.#dead(topic, new Set([...views].filter((each) => each !== view)));
    if (dead === undefined) return;
    const living = new Set([...views].filter((each) => each !== view && !dead.has(each)));
    const absent = new Set([...readers.absent, ...[...dead].map(nodeOfView)]);
    if (!isLost) sets.set(topic, { ...readers, views: living, absent });
    // A server that lost its data may not know all of them yet: what it does not know is waited for until it can.
    if (this.#options.presence.canTell) {
      for (const batch of batches) this.#options.outbox.expect(outbox, batch, living);
    }
    const againMs = this.#options.clock.nowMs() - SEND_AGAIN_MS;
    for (const batch of batches) {
      if (!batch.isOver && batch.sentMs <= againMs) this.#options.outbox.sendAgain(outbox, batch);
    }
  }

  /** Those that are gone: nobody waits for them any more, but what they have not read is kept. */
  async #dead(topic: string, views: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
    const { link, keys, presence } = this.#options;
    if (!presence.canTell || views.size === 0) return NOBODY;
    const { redis } = link;
    const asked = await inOneWrite(redis, () =>
      Promise.all([...views].map((view) => resultOf(redis.exists(keys.view(view))))),
    );
    if (asked.some(([error]) => error !== null)) return undefined;
    const dead = [...views].filter((_, index) => asked[index]?.[1] === 0);
    if (dead.length === 0) return NOBODY;
    const places = [keys.readers(topic), keys.version(topic), ...dead.map((view) => keys.view(view))];
    // Where that fails this node goes by what it saw, and sees it anew the next time.
    await resultOf(redis.eval(MARK, places.length, ...places, READS, ABSENT, keys.news, topic, ...dead));
    return new Set(dead);
  }
}
