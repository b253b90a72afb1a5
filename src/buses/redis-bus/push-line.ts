// Hears by pub/sub what goes to the streams at the same time, over a connection of its own: sooner than a stream can be read, and
// for less. What is not heard is read.
import type { RedisLink } from "./redis-link.js";

export type OnPush = (payload: string) => void;

export class PushLine {
  readonly #link: RedisLink;
  /** By pub/sub channel. */
  readonly #listeners = new Map<string, OnPush>();

  /** @param onBack something may have gone unheard */
  constructor(link: RedisLink, onBack: () => void) {
    this.#link = link;
    link.redis.on("message", (channel: string, payload: string) => {
      this.#listeners.get(channel)?.(payload);
    });
    link.onReady(() => {
      for (const channel of this.#listeners.keys()) this.#subscribe(channel);
      if (link.reconnects > 0) onBack();
    });
  }

  open(channel: string, onPush: OnPush): void {
    this.#listeners.set(channel, onPush);
    this.#subscribe(channel);
  }

  close(channel: string): void {
    this.#listeners.delete(channel);
    if (this.#link.isReady) this.#link.redis.unsubscribe(channel).catch(() => undefined);
  }

  #subscribe(channel: string): void {
    if (this.#link.isReady) this.#link.redis.subscribe(channel).catch(() => undefined);
  }
}
