// What was pushed to its readers and is not in the stream: whatever of it has not taken effect after a moment goes there as well.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { RedisLink } from "./redis-link.js";
import type { SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";

export interface UnloggedOptions {
  readonly clock: Clock;
  readonly link: RedisLink;
  /** To the stream. */
  readonly send: (outbox: TopicOutbox, late: readonly SentBatch[]) => Promise<void>;
  /** It could not be sent now. */
  readonly sendAgain: (outbox: TopicOutbox, batch: SentBatch) => void;
  readonly onResumed: () => void;
}

/** A reader tells within 2 ms what it has done; looked at as often as that. */
const LOG_AFTER_MS = 10;
/** A server without memory is not asked again sooner. */
const PAUSE_MS = 200;

export class Unlogged {
  readonly #options: UnloggedOptions;
  readonly #topics = new Set<TopicOutbox>();
  #timer: TimerHandle | undefined;
  #pause: TimerHandle | undefined;

  constructor(options: UnloggedOptions) {
    this.#options = options;
  }

  /** Nothing goes to the stream for a while. */
  get isPaused(): boolean {
    return this.#pause !== undefined;
  }

  pause(): void {
    this.#pause ??= this.#options.clock.setTimeout(() => {
      this.#pause = undefined;
      void this.log(Infinity);
      this.#options.onResumed();
    }, PAUSE_MS);
  }

  add(outbox: TopicOutbox, batches: readonly SentBatch[]): void {
    for (const batch of batches) outbox.pushed(batch);
    this.#topics.add(outbox);
    this.#schedule();
  }

  /** Resolves when all that was sent until then is in the stream, or will go there once it can. */
  async log(untilMs: number): Promise<void> {
    const { link, send, sendAgain } = this.#options;
    const sending: Promise<void>[] = [];
    for (const outbox of [...this.#topics]) {
      const late = outbox.takeUnlogged(untilMs);
      if (outbox.unlogged === 0) this.#topics.delete(outbox);
      if (late.length === 0) continue;
      if (link.isReady) sending.push(send(outbox, late));
      else for (const batch of late) sendAgain(outbox, batch);
    }
    await Promise.all(sending);
  }

  close(): void {
    for (const timer of [this.#timer, this.#pause]) if (timer !== undefined) this.#options.clock.clearTimeout(timer);
  }

  #schedule(): void {
    const { clock } = this.#options;
    this.#timer ??= clock.setTimeout(() => {
      this.#timer = undefined;
      if (!this.isPaused) void this.log(clock.nowMs() - LOG_AFTER_MS);
      if (this.#topics.size > 0) this.#schedule();
    }, LOG_AFTER_MS);
  }
}
