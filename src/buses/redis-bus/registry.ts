// Says which topics this view reads, so that publishers wait for it; and takes it back, also where Redis was away when it was left.
import type { Keys } from "./keys.js";
import { nodeOfView } from "./keys.js";
import { failureOf } from "./redis-errors.js";
import type { RedisLink } from "./redis-link.js";

export interface RegistryOptions {
  readonly view: string;
  readonly link: RedisLink;
  readonly keys: Keys;
}

export class Registry {
  readonly #options: RegistryOptions;
  /** Topics that were left, as far as the server may not know it. */
  readonly #leaving = new Set<string>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    options.link.onReady(() => {
      for (const topic of this.#leaving) void this.leave(topic);
    });
  }

  /** Publishers know that they are to wait for this view, and for no earlier start of this node. */
  async enter(topic: string): Promise<void> {
    const { view, keys, link } = this.#options;
    const key = keys.readers(topic);
    const others = await link.redis.hkeys(key);
    const gone = others.filter((other) => other !== view && nodeOfView(other) === nodeOfView(view));
    if (gone.length > 0) await link.redis.hdel(key, ...gone);
    const isNew = (await link.redis.hset(key, view, "1")) === 1;
    if (isNew || gone.length > 0) await link.redis.incr(keys.version(topic));
    this.#leaving.delete(topic);
  }

  async leave(topic: string): Promise<void> {
    const { view, keys, link } = this.#options;
    this.#leaving.add(topic);
    if (!link.isReady) return;
    const leaving = link.redis.pipeline().hdel(keys.readers(topic), view).incr(keys.version(topic));
    const results = await leaving
      .xgroup("DESTROY", keys.log(topic), nodeOfView(view))
      .exec()
      .catch(() => null);
    const isDone = results?.every(([error]) => error === null || failureOf(error) === "never");
    if (isDone === true) this.#leaving.delete(topic);
  }
}
