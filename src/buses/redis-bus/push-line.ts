// Hears by pub/sub what goes to the streams at the same time, over a connection of its own: sooner than a stream can be read, and
// for less. What is not heard is read.
import type { RedisLink } from "./redis-link.js";

export type OnPush = (payload: string) => void;

export class PushLine {
  readonly #link: RedisLink;
  /** By pub/sub channel. */
  readonly #listeners = new Map<string, OnPush>();
  /** By pub/sub channel: told whether all that is published there is heard from now on. */
  readonly #watchers = new Map<string, (isHeard: boolean) => void>();

  /** @param onBack something may have gone unheard */
  constructor(link: RedisLink, onBack: () => void) {
    this.#link = link;
    link.redis.on("message", (channel: string, payload: string) => {
      this.#listeners.get(channel)?.(payload);
    });
    link.onReady(() => {
      for (const watch of this.#watchers.values()) watch(false);
      for (const channel of this.#listeners.keys()) this.#subscribe(channel);
      if (link.reconnects > 0) onBack();
    });
  }

  /** @param watch told false at every connection, before anything is heard over it, and true once nothing goes unheard */
  open(channel: string, onPush: OnPush, watch?: (isHeard: boolean) => void): void {
    this.#listeners.set(channel, onPush);
    if (watch !== undefined) this.#watchers.set(channel, watch);
    this.#subscribe(channel);
  }

  close(channel: string): void {
    this.#listeners.delete(channel);
    if (this.#link.isReady) this.#link.redis.unsubscribe(channel).catch(() => undefined);
  }

  #subscribe(channel: string): void {
    const { redis, isReady } = this.#link;
    if (!isReady) return;
    const { stream } = redis;
    redis.subscribe(channel).then(
      () => {
        if (redis.stream === stream) this.#watchers.get(channel)?.(true);
      },
      () => undefined,
    );
  }
}
