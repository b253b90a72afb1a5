// What other programs publish on pub/sub channels of one Redis server: what comes while nobody listens is not heard.
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import type { RedisLink } from "../redis-bus/redis-link.js";
import type { Inlet, Receive } from "./inlet.js";

export interface LiveInletOptions {
  readonly link: RedisLink;
  /** By pub/sub channel. */
  readonly receivers: ReadonlyMap<string, Receive>;
  readonly log: Logger;
}

export class LiveInlet implements Inlet {
  readonly #options: LiveInletOptions;
  #subscribing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: LiveInletOptions) {
    this.#options = options;
    const { link, receivers } = options;
    link.redis.on("messageBuffer", (channel: Buffer, text: Buffer) => {
      if (!this.#isClosed) void receivers.get(channel.toString())?.({ text, arrays: [] });
    });
    link.onReady(() => {
      this.#subscribing = this.#subscribe();
    });
  }

  async settled(): Promise<void> {
    await this.#subscribing;
  }

  close(): void {
    this.#isClosed = true;
  }

  async #subscribe(): Promise<void> {
    const { link, receivers, log } = this.#options;
    try {
      await link.redis.subscribe(...receivers.keys());
    } catch (thrown) {
      if (link.isReady && !this.#isClosed) {
        log.warn({ redis: link.address }, `bridge: cannot listen: ${messageOf(thrown)}`);
      }
    }
  }
}
