// What this node has learned and not yet passed on, sent at a bounded pace: at once when it was quiet, together when it is busy.
import type { Clock, TimerHandle } from "../../contracts/clock.js";

export interface OutboxOptions {
  readonly clock: Clock;
  /** The least time between two sendings, urgent ones aside. */
  readonly gapMs: number;
  /** @param news ids of the nodes that there is news of */
  readonly send: (news: readonly string[]) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #news = new Set<string>();
  #sentMs = -Infinity;
  #isDue = false;
  #timer: TimerHandle | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** There is news of the node: it goes out with the next turn of the event loop, or when the gap is over. */
  add(nodeId: string): void {
    this.#news.add(nodeId);
    const waitMs = this.#sentMs + this.#options.gapMs - this.#options.clock.nowMs();
    if (waitMs <= 0) this.flush();
    else {
      this.#timer ??= this.#options.clock.setTimeout(() => {
        this.#timer = undefined;
        this.flush();
      }, waitMs);
    }
  }

  /** Somebody may die of it when it waits. */
  addUrgent(nodeId: string): void {
    this.#news.add(nodeId);
    this.flush();
  }

  /** All that there is goes out with the next turn of the event loop, be it nothing. */
  flush(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      if (!this.#isDue) return;
      this.#isDue = false;
      const news = [...this.#news];
      this.#news.clear();
      this.#sentMs = this.#options.clock.nowMs();
      this.#options.send(news);
    });
  }

  close(): void {
    this.#isDue = false;
    this.#news.clear();
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
