// Which batches are pushed to their readers and not put into the stream, and how they leave the soonest.
import type { Redis } from "ioredis";
import type { Clock } from "../../contracts/clock.js";
import type { Keys } from "./keys.js";
import { hasOthers, type ReaderSets } from "./reader-sets.js";
import type { RedisLink } from "./redis-link.js";
import { isSmall, type SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";
import { Unanswered } from "./unanswered.js";
import { MAX_DONE, UNLOGGED, writeHead, type DoneBatch } from "./wire.js";

export interface PushesOptions {
  readonly view: string;
  readonly link: RedisLink;
  /** A connection that nothing else goes over; absent where readers do not listen. */
  readonly pusher: RedisLink | undefined;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly sets: ReaderSets;
  /** What a view is to be told, and may be told along with what is pushed to it. */
  readonly takeDone: (view: string, most: number) => readonly DoneBatch[];
}

/** Pushed batches of a topic of which nothing was heard yet. With more, the server's answers set the pace, so that batches gather. */
const MOST_UNANSWERED = 4;

export class Pushes {
  readonly #options: PushesOptions;
  readonly #unanswered: Unanswered | undefined;

  constructor(options: PushesOptions) {
    this.#options = options;
    this.#unanswered = options.pusher && new Unanswered(options.pusher, options.clock);
  }

  /** Over which is pushed: all over the same, so that readers hear it in order. */
  get redis(): Redis {
    const { pusher, link } = this.#options;
    return pusher?.isReady === true ? pusher.redis : link.redis;
  }

  /** The first time, all small, and every reader is there and listens. */
  isEnough(outbox: TopicOutbox, batches: readonly SentBatch[]): boolean {
    return this.areHeard(outbox) && batches.every((batch) => batch.sendings === 1 && isSmall(batch));
  }

  areHeard(outbox: TopicOutbox): boolean {
    const { pusher, sets, view } = this.#options;
    const { version, views, absent } = sets.of(outbox.topic);
    return pusher !== undefined && version !== null && absent.size === 0 && outbox.isHeardBy(views, view);
  }

  /** Sends one batch for which `isEnough`. False where it did not: then its answer has to be waited for. */
  sendUnanswered(outbox: TopicOutbox, [batch, ...others]: readonly SentBatch[]): boolean {
    const { sets, view, keys } = this.#options;
    // Nobody would ever tell of it.
    if (batch === undefined || others.length > 0 || !hasOthers(sets.of(outbox.topic).views, view)) return false;
    if (this.#unanswered?.isPossible !== true || outbox.unlogged >= MOST_UNANSWERED) return false;
    this.#unanswered.publish(keys.live(outbox.topic), this.textOf(batch));
    return true;
  }

  textOf({ topic, sequence, messages }: SentBatch): string {
    const wires = messages.map(({ wire }) => wire);
    return UNLOGGED + writeHead({ from: this.#options.view, sequence }, wires, this.#takeAlong(topic));
  }

  /** What readers of the topic may be told along with what is pushed to them, as JSON. */
  #takeAlong(topic: string): string {
    const { sets, view, takeDone } = this.#options;
    const done: DoneBatch[] = [];
    for (const reader of sets.of(topic).views) {
      if (reader !== view && done.length < MAX_DONE) done.push(...takeDone(reader, MAX_DONE - done.length));
    }
    return done.length === 0 ? "" : JSON.stringify(done);
  }
}
