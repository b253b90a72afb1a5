// Takes away what nodes left behind that never came back: their groups, which would hold every stream back for ever, and streams
// that nobody reads nor publishes on any more. Done by the leading node alone, and the server checks that it still leads.
import type { Clock } from "../../contracts/clock.js";
import type { Logger } from "../../contracts/logger.js";
import { ABSENT, nodeOfView, SEPARATOR, type Keys } from "./keys.js";
import { CHANGED } from "./readers-changed.js";
import type { RedisLink } from "./redis-link.js";
import { groupsOf } from "./stream-groups.js";

export interface JanitorOptions {
  readonly link: RedisLink;
  readonly keys: Keys;
  /** Key of the lease. */
  readonly lease: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What a node has not read is given up when it was seen to be absent for so long. */
  readonly absenceMs: number;
}

/**
 * Keys: the stream, the lease, the readers of its topic, the version of those. Arguments: the token of whoever asks, the group,
 * how one who is away is marked, what comes between a node and the rest of a view, where changes are told, the topic.
 */
const DESTROY = `${CHANGED}
  if redis.call("HGET", KEYS[2], "token") ~= ARGV[1] then return -1 end
  local readers = redis.call("HGETALL", KEYS[3])
  local prefix = ARGV[2] .. ARGV[4]
  for at = 1, #readers, 2 do
    if readers[at + 1] == ARGV[3] and string.sub(readers[at], 1, #prefix) == prefix then
      redis.call("HDEL", KEYS[3], readers[at])
      changed(KEYS[4], ARGV[5], ARGV[6])
    end
  end
  return redis.call("XGROUP", "DESTROY", KEYS[1], ARGV[2])
`;

/**
 * Keys: the stream, the lease. Arguments: the token of whoever asks, for how long nothing was added. A stream that has no group is
 * read by nobody; where it is written to again, it begins anew.
 */
const DROP = `
  if redis.call("HGET", KEYS[2], "token") ~= ARGV[1] then return 0 end
  if #redis.call("XINFO", "GROUPS", KEYS[1]) > 0 then return 0 end
  local newest = redis.call("XREVRANGE", KEYS[1], "+", "-", "COUNT", 1)[1]
  local since = newest and tonumber(string.match(newest[1], "^%d+")) or 0
  if tonumber(redis.call("TIME")[1]) * 1000 - since < tonumber(ARGV[2]) then return 0 end
  return redis.call("DEL", KEYS[1])
`;

export class Janitor {
  readonly #options: JanitorOptions;
  /** Nodes that are not there, and since when, on `Clock.nowMs`, that was seen. */
  readonly #absentMs = new Map<string, number>();
  #token = 0;
  #lookedMs = -Infinity;

  constructor(options: JanitorOptions) {
    this.#options = options;
  }

  /** @returns groups that were taken away */
  async tidy(token: number): Promise<number> {
    const { link, keys } = this.#options;
    if (!link.isReady) return 0;
    this.#forgetOld(token);
    const views = await this.#keys(keys.view("*"));
    const living = new Set(views.map((key) => nodeOfView(key.slice(keys.view("").length))));
    for (const node of living) this.#absentMs.delete(node);
    let taken = 0;
    for (const stream of await this.#keys(keys.log("*"))) {
      const groups = await groupsOf(link, stream);
      for (const { name: group } of groups) {
        if (!living.has(group) && this.#isGone(group)) taken += await this.#destroy(stream, group, token);
      }
      if (groups.length === 0) await this.#drop(stream, token);
    }
    return taken;
  }

  /** What was seen under another lease, or long ago, says nothing of what happened since. */
  #forgetOld(token: number): void {
    const { clock, absenceMs } = this.#options;
    const nowMs = clock.nowMs();
    if (token !== this.#token || nowMs - this.#lookedMs > absenceMs / 2) this.#absentMs.clear();
    this.#token = token;
    this.#lookedMs = nowMs;
  }

  #isGone(node: string): boolean {
    const { clock, absenceMs } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = this.#absentMs.get(node) ?? nowMs;
    this.#absentMs.set(node, sinceMs);
    return nowMs - sinceMs >= absenceMs;
  }

  async #keys(pattern: string): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const keys of this.#options.link.redis.scanStream({ match: pattern, count: 500 })) {
      found.push(...(keys as string[]));
    }
    return found;
  }

  async #drop(stream: string, token: number): Promise<void> {
    const { link, lease, absenceMs } = this.#options;
    await link.redis.eval(DROP, 2, stream, lease, String(token), String(absenceMs));
  }

  async #destroy(stream: string, group: string, token: number): Promise<number> {
    const { link, lease, log, keys } = this.#options;
    const topic = stream.slice(keys.log("").length);
    const places = [stream, lease, keys.readers(topic), keys.version(topic)];
    const said = [String(token), group, ABSENT, SEPARATOR, keys.news, topic];
    const destroyed = Number(await link.redis.eval(DESTROY, 4, ...places, ...said));
    if (destroyed !== 1) return 0;
    log.info({ stream, group }, `${group} has not been heard of for long: what it had not read is given up`);
    return 1;
  }
}
