// How much of what was published on one channel waits for its readers, and when that is too much.
import type { ChannelName } from "../../contracts/channel.js";
import type { Clock } from "../../contracts/clock.js";
import { NautilusError } from "../../contracts/errors.js";
import { PRIORITY_RANK, type Priority } from "../../contracts/priority.js";
import type { RedisLimits } from "./redis-limits.js";
import type { RedisLink } from "./redis-link.js";

export interface HeldOptions {
  readonly channel: ChannelName;
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly limits: RedisLimits;
}

/** Of what may be held, what messages of a priority may fill, by rank. */
const SHARE_BY_RANK = [1, 0.95, 0.9, 0.8] as const;

export class Held {
  readonly #options: HeldOptions;
  #messages = 0;
  #bytes = 0;
  #onEmpty: (() => void) | undefined;

  constructor(options: HeldOptions) {
    this.#options = options;
  }

  get messages(): number {
    return this.#messages;
  }

  /** @throws NautilusError OVERLOADED where there is no room for it */
  add(topic: string, priority: Priority, bytes: number): void {
    const share = SHARE_BY_RANK[PRIORITY_RANK[priority]] ?? 1;
    const { channel, link, limits } = this.#options;
    const { heldMessages, heldBytes } = limits;
    if (this.#messages >= share * heldMessages || this.#bytes + bytes > share * heldBytes) {
      const held = `${this.#messages} messages (${this.#bytes} bytes) wait for their readers`;
      const why = link.isReady ? held : `${held}, and Redis at ${link.address} is not reachable`;
      throw new NautilusError("OVERLOADED", `${channel} ${topic}: ${why}`);
    }
    this.#messages += 1;
    this.#bytes += bytes;
  }

  release(bytes: number): void {
    this.#messages -= 1;
    this.#bytes -= bytes;
    if (this.#messages === 0) this.#onEmpty?.();
  }

  /** Resolves when nothing waits, or after so long. */
  async emptied(limitMs: number): Promise<void> {
    const { clock } = this.#options;
    if (this.#messages === 0) return;
    await new Promise<void>((resolve) => {
      const limit = clock.setTimeout(resolve, limitMs);
      this.#onEmpty = () => {
        clock.clearTimeout(limit);
        resolve();
      };
    });
  }
}
