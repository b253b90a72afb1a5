// Who reads which topic, as a publisher last saw it: asked anew when the topic's version moved. For a while after it was asked, and as
// long as it hears of every change, what it saw is as good as what the server has.
import { ABSENT, nodeOfView, type Keys } from "./keys.js";
import { inOneWrite, resultOf } from "./one-write.js";
import type { RedisLink } from "./redis-link.js";

export interface ReaderSet {
  /** Null where the server knows of none. */
  readonly version: string | null;
  readonly views: ReadonlySet<string>;
  /** Nodes that are away, for whose next start everything is kept. */
  readonly absent: ReadonlySet<string>;
}

/** What was known of changes when the server was asked. */
export type Ticket = number;

const NOBODY: ReaderSet = { version: null, views: new Set(), absent: new Set() };
/** Topics that are kept; the one that was loaded first is dropped beyond. */
const MAX_TOPICS = 4096;

export class ReaderSets {
  readonly #sets = new Map<string, ReaderSet>();
  /** By topic: until when what was seen may be relied on, on `Clock.nowMs`, where no change is heard of. */
  readonly #reliedOnUntilMs = new Map<string, number>();
  /** Of any topic, and of whether any is heard of: what was asked before one of them may be out of date. */
  #changes = 0;
  #isHearing = false;

  of(topic: string): ReaderSet {
    return this.#sets.get(topic) ?? NOBODY;
  }

  /**
   * Whether what is kept is as good as what the server has. A server that forgot the version has lost its data: its readers will
   * be back.
   */
  isCurrent(topic: string, version: string | null): boolean {
    return version === null || this.of(topic).version === version;
  }

  /** Every change is heard of from now on. */
  hears(): void {
    this.#changes += 1;
    this.#isHearing = true;
  }

  /** Changes may go unheard. */
  isDeaf(): void {
    this.#changes += 1;
    this.#isHearing = false;
    this.#reliedOnUntilMs.clear();
  }

  changed(topic: string): void {
    this.#changes += 1;
    this.#reliedOnUntilMs.delete(topic);
  }

  /** To be taken before the server is asked. */
  ticket(): Ticket {
    return this.#changes;
  }

  /** The server was asked for the version. Nothing follows where what is kept is of another, or anything changed meanwhile. */
  relyOn(topic: string, version: string, { ticket, untilMs }: { ticket: Ticket; untilMs: number }): void {
    const isSame = ticket === this.#changes && this.of(topic).version === version;
    if (this.#isHearing && isSame) this.#reliedOnUntilMs.set(topic, untilMs);
  }

  /** Whether no reader has come since, as far as everything shows that was published before what was heard last. */
  isReliable(topic: string, nowMs: number): boolean {
    return nowMs < (this.#reliedOnUntilMs.get(topic) ?? -Infinity);
  }

  /** The server lost its data and counts anew: what it says of a topic is news, whatever its number. */
  doubt(): void {
    this.#changes += 1;
    this.#reliedOnUntilMs.clear();
    for (const [topic, readers] of this.#sets) this.#sets.set(topic, { ...readers, version: null });
  }

  set(topic: string, readers: ReaderSet): void {
    const oldest = this.#sets.size >= MAX_TOPICS && !this.#sets.has(topic) ? this.#sets.keys().next().value : undefined;
    for (const old of [oldest, topic]) if (old !== undefined) this.#reliedOnUntilMs.delete(old);
    if (oldest !== undefined) this.#sets.delete(oldest);
    this.#sets.set(topic, readers);
  }
}

export function hasOthers(views: ReadonlySet<string>, own: string): boolean {
  return views.size > (views.has(own) ? 1 : 0);
}

/** As the server has it; undefined where it could not be asked. */
export async function askForReaders(
  { redis }: Pick<RedisLink, "redis">,
  keys: Keys,
  topic: string,
): Promise<ReaderSet | undefined> {
  // The version first: who enters in between is seen, or is news the next time.
  const [version, readers] = await inOneWrite(redis, () =>
    Promise.all([resultOf(redis.get(keys.version(topic))), resultOf(redis.hgetall(keys.readers(topic)))]),
  );
  if (readers[0] !== null || version[0] !== null) return undefined;
  const all = Object.entries(readers[1] as Record<string, string>);
  const views = all.filter(([, standing]) => standing !== ABSENT).map(([view]) => view);
  const absent = all.filter(([, standing]) => standing === ABSENT).map(([view]) => nodeOfView(view));
  return { version: version[1] as string | null, views: new Set(views), absent: new Set(absent) };
}
