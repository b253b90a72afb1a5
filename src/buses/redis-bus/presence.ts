// That a view lives: a key that it keeps alive, and whether the server still has the data that it had.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Logger } from "../../contracts/logger.js";
import { drawEntropy } from "../../kernel/entropy.js";
import type { Keys } from "./keys.js";
import type { RedisLimits } from "./redis-limits.js";
import type { RedisLink } from "./redis-link.js";

export interface PresenceOptions {
  readonly view: string;
  readonly link: RedisLink;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: RedisLimits;
  readonly onDataLost: () => void;
  /** Others may have taken the view for dead: it was not heard of in time. */
  readonly onLapsed: () => void;
}

/** A view that is not heard of for so many refreshments is taken for dead. */
const LIFE = 3;
/** Acks of a view that nobody keeps alive. */
const ACKS_LIFE_MS = 3_600_000;
/** After a connection came back the others may not be back yet, for so many. */
const GRACE = 2;

export class Presence {
  readonly #options: PresenceOptions;
  #timer: TimerHandle | undefined;
  #era: string | undefined;
  #graceUntilMs = 0;
  #isClosed = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    options.link.onReady(() => {
      this.#graceUntilMs = options.clock.nowMs() + GRACE * options.limits.refreshMs;
      void this.#refresh(true);
    });
  }

  /** Whether a view without a key is dead, as far as can be told by now. */
  get canTell(): boolean {
    return this.#options.clock.nowMs() >= this.#graceUntilMs;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const { clock, link, keys, view } = this.#options;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    if (link.isReady) await link.redis.del(keys.view(view), keys.acks(view)).catch(() => undefined);
  }

  async #refresh(isFirst = false): Promise<void> {
    const { clock, link, keys, view, limits } = this.#options;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isClosed) return;
    this.#timer = clock.setTimeout(() => void this.#refresh(), limits.refreshMs);
    if (!link.isReady) return;
    const lifeMs = LIFE * limits.refreshMs;
    const results = await link.redis
      .pipeline()
      // Nothing is written where it is there: a server whose memory is full takes that too.
      .pexpire(keys.view(view), lifeMs)
      .set(keys.view(view), "1", "PX", lifeMs, "NX")
      .pexpire(keys.acks(view), ACKS_LIFE_MS)
      // Never the same again: whoever sets it anew says so that everybody sees it.
      .set(keys.era, `${view} ${drawEntropy()}`, "NX")
      .get(keys.era)
      .exec()
      .catch(() => null);
    // At the first of a connection everything is said anew anyway.
    if (!isFirst && results?.[0]?.[1] === 0) this.#options.onLapsed();
    const era = results?.[4]?.[1];
    if (typeof era === "string") this.#noteEra(era);
  }

  #noteEra(era: string): void {
    const known = this.#era;
    this.#era = era;
    if (known === undefined || known === era) return;
    const { log, link, onDataLost } = this.#options;
    log.warn({ redis: link.address }, "Redis lost its data: what nobody has taken yet is sent again");
    onDataLost();
  }
}
