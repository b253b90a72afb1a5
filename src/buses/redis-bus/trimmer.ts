// Cuts off what every group has read and acknowledged; what a group has not read goes only when a stream grows beyond all bounds,
// and is counted.
import type { Clock } from "../../contracts/clock.js";
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import type { Keys } from "./keys.js";
import type { Presence } from "./presence.js";
import { failureOf, isNoKey } from "./redis-errors.js";
import type { RedisLimits } from "./redis-limits.js";
import { groupsOf } from "./stream-groups.js";
import { after, isBefore } from "./stream-ids.js";
import type { RedisLink } from "./redis-link.js";
import { Rounds } from "./rounds.js";

export interface TrimmerOptions {
  readonly link: RedisLink;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly presence: Presence;
  readonly limits: RedisLimits;
  /** Nobody acknowledges to the server what it got: it may have been lost on its way. */
  readonly atMostOnce: boolean;
  /** Topics that this view has published on since it was last asked. */
  readonly takeTopics: () => readonly string[];
}

const TRIM_MS = 1_000;
/** Streams that nobody publishes on any more, and that were not yet read by all, are looked at every so many times. */
const LATE_ROUNDS = 5;
/** Entries cut off at once that not everybody has read. */
const MAX_CUT = 16_384;
/** What was given and not acknowledged may be asked for again for so long. */
const KEPT_MS = 60_000;

interface Group {
  readonly name: string;
  readonly lastDelivered: string;
  readonly firstPending: string | undefined;
}

export class Trimmer {
  readonly #options: TrimmerOptions;
  readonly #rounds: Rounds;
  #unread = 0;
  #count = 0;
  /** Topics whose streams are not empty. */
  readonly #left = new Set<string>();

  constructor(options: TrimmerOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options.clock, TRIM_MS, () => this.#trimAll());
  }

  /** Entries that were cut off before a group had read, or else acknowledged them, once for each group. */
  get unread(): number {
    return this.#unread;
  }

  close(): void {
    this.#rounds.close();
  }

  async #trimAll(): Promise<void> {
    const { link, keys, takeTopics } = this.#options;
    if (!link.isReady) return;
    this.#count += 1;
    const isLate = this.#count % LATE_ROUNDS === 0;
    const topics = new Set([...takeTopics(), ...(isLate ? this.#left : [])]);
    for (const topic of topics) {
      this.#left.add(topic);
      const isEmpty = await this.#trim(keys.log(topic)).catch((thrown: unknown) => this.#isHopeless(topic, thrown));
      if (isEmpty) this.#left.delete(topic);
    }
  }

  /** It is tried again after the next message, and until then only where that may help. */
  #isHopeless(topic: string, thrown: unknown): boolean {
    // Gone with the data of its server.
    if (isNoKey(thrown)) return true;
    const { link, log } = this.#options;
    if (!link.isReady || this.#rounds.isClosed) return false;
    log.warn({ topic }, `a stream could not be trimmed: ${messageOf(thrown)}`);
    return failureOf(thrown as Error) === "never";
  }

  /** True where nothing of it is left. */
  async #trim(stream: string): Promise<boolean> {
    const { redis } = this.#options.link;
    // Before its readers: what one needs who comes only now is newer.
    const [newest] = await redis.xrevrange(stream, "+", "-", "COUNT", 1);
    if (newest === undefined) return true;
    const groups = await this.#groups(stream);
    const { presence, atMostOnce } = this.#options;
    // Of a server that just lost its data, the readers may not all be back yet.
    if (presence.canTell && groups.length === 0) await redis.xtrim(stream, "MINID", after(newest[0]));
    else if (presence.canTell) {
      const kept = atMostOnce ? `${Number((await redis.time())[0]) * 1000 - KEPT_MS}-0` : LAST_ID;
      await redis.xtrim(stream, "MINID", groups.map(neededFrom).reduce(earlier, kept));
    }
    return this.#bound(stream, groups);
  }

  async #bound(stream: string, groups: readonly Group[]): Promise<boolean> {
    const { link, log, limits } = this.#options;
    const { streamEntries, streamBytes } = limits;
    const { redis } = link;
    const [length, bytes] = [await redis.xlen(stream), (await redis.memory("USAGE", stream)) ?? 0];
    const allowed =
      bytes > streamBytes ? Math.min(streamEntries, Math.floor((length * streamBytes) / bytes)) : streamEntries;
    const excess = Math.min(length - allowed, MAX_CUT);
    if (excess <= 0) return length === 0;
    const cut = (await redis.xrange(stream, "-", "+", "COUNT", excess)).map(([id]) => id);
    const [first, last] = [cut[0], cut.at(-1)];
    if (first === undefined || last === undefined) return false;
    // What was given to a group may not have taken effect: of an entry that is cut off nobody can say any more.
    const open = await Promise.all(groups.map(({ name }) => redis.xpending(stream, name, first, last, excess)));
    await redis.xtrim(stream, "MINID", after(last));
    groups.forEach(({ name, lastDelivered }, index) => {
      const unread = cut.filter((id) => isBefore(lastDelivered, id)).length + (open[index]?.length ?? 0);
      this.#unread += unread;
      if (unread > 0)
        log.warn({ stream, group: name, unread }, `${unread} entries were cut off unread: ${name} is too far behind`);
    });
    return false;
  }

  async #groups(stream: string): Promise<readonly Group[]> {
    const { link } = this.#options;
    return Promise.all(
      (await groupsOf(link, stream)).map(async ({ name, pending, lastDelivered }) => {
        const [, first] = pending > 0 ? ((await link.redis.xpending(stream, name)) as readonly unknown[]) : [];
        return { name, lastDelivered, firstPending: typeof first === "string" ? first : undefined };
      }),
    );
  }
}

const LAST_ID = "18446744073709551615-18446744073709551615";

/** The first entry that the group still needs. */
function neededFrom({ lastDelivered, firstPending }: Group): string {
  return firstPending ?? after(lastDelivered);
}

function earlier(a: string, b: string): string {
  return isBefore(b, a) ? b : a;
}
