// Says which topics this view reads, so that publishers wait for it; and takes it back, also where Redis was away when it was left.
import { ABSENT, nodeOfView, READS, SEPARATOR, type Keys } from "./keys.js";
import { CHANGED, TELL_CHANGE } from "./readers-changed.js";
import { failureOf } from "./redis-errors.js";
import type { RedisLink } from "./redis-link.js";

export interface RegistryOptions {
  readonly view: string;
  readonly link: RedisLink;
  readonly keys: Keys;
  /** Whether anybody here reads the topic now. */
  readonly isRead: (topic: string) => boolean;
}

/**
 * Keys: the readers of a topic, the version of those. Arguments: the view, what views of its node begin with, how one that reads
 * is marked, where changes are told, the topic. In one step: a change that nobody sees would leave the view unheard for good.
 */
const ENTER = `${CHANGED}
  local isNew = redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[3]
  if isNew then redis.call("HSET", KEYS[1], ARGV[1], ARGV[3]) end
  for _, other in ipairs(redis.call("HKEYS", KEYS[1])) do
    if other ~= ARGV[1] and string.sub(other, 1, #ARGV[2]) == ARGV[2] then
      redis.call("HDEL", KEYS[1], other)
      isNew = true
    end
  end
  if isNew then changed(KEYS[2], ARGV[4], ARGV[5]) end
  return 1
`;

export class Registry {
  readonly #options: RegistryOptions;
  /** Topics that were left, as far as the server may not know it. */
  readonly #leaving = new Set<string>();
  /** By topic: what is being said of it. One after the other, or the last word would not be the last. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    options.link.onReady(() => {
      for (const topic of this.#leaving) void this.leave(topic);
    });
  }

  /** Publishers know that they are to wait for this view, and for no earlier start of this node. */
  enter(topic: string): Promise<void> {
    return this.#inTurn(topic, () => this.#enter(topic));
  }

  /** With `keepsGroup`, what was given to this node and did not take effect is kept for its next start. */
  leave(topic: string, keepsGroup = false): Promise<void> {
    this.#leaving.add(topic);
    return this.#inTurn(topic, () => this.#leave(topic, keepsGroup));
  }

  async #inTurn(topic: string, say: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(topic) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(say);
    this.#turns.set(topic, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(topic) === turn) this.#turns.delete(topic);
    }
  }

  async #enter(topic: string): Promise<void> {
    const { view, keys, link, isRead } = this.#options;
    // Left again since.
    if (!isRead(topic)) return;
    const places = [keys.readers(topic), keys.version(topic)];
    const said = [view, nodeOfView(view) + SEPARATOR, READS, keys.news, topic];
    await link.redis.eval(ENTER, 2, ...places, ...said);
    this.#leaving.delete(topic);
  }

  async #leave(topic: string, keepsGroup: boolean): Promise<void> {
    const { view, keys, link, isRead } = this.#options;
    // Read again since: its group is the one that is read.
    if (isRead(topic)) this.#leaving.delete(topic);
    if (isRead(topic) || !link.isReady) return;
    const key = keys.readers(topic);
    const leaving = link.redis.pipeline();
    if (keepsGroup) leaving.hset(key, view, ABSENT);
    else leaving.hdel(key, view);
    leaving.eval(TELL_CHANGE, 1, keys.version(topic), keys.news, topic);
    if (!keepsGroup) leaving.xgroup("DESTROY", keys.log(topic), nodeOfView(view));
    const results = await leaving.exec().catch(() => null);
    const isDone = results?.every(([error]) => error === null || failureOf(error) === "never");
    if (isDone === true) this.#leaving.delete(topic);
  }
}
