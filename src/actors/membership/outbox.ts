// What this node has learned and not yet passed on, sent at a bounded pace: at once when it was quiet, together when it is busy.
import type { Clock, TimerHandle } from "../../contracts/clock.js";

export interface OutboxOptions {
  readonly clock: Clock;
  /** The least time between two sendings; a tenth of it where it is urgent. */
  readonly gapMs: number;
  /** @param news ids of the nodes that there is news of */
  readonly send: (news: readonly string[]) => void;
}

const URGENCY = 10;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #news = new Set<string>();
  #sentMs = -Infinity;
  #isDue = false;
  #timer: TimerHandle | undefined;
  #timerMs = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** There is news of the node: it goes out with the next turn of the event loop, or when the gap is over. */
  add(nodeId: string): void {
    this.#news.add(nodeId);
    this.#sendAfter(this.#options.gapMs);
  }

  /** Somebody may die of it when it waits: a tenth of the gap is enough to keep nodes from answering each other without end. */
  addUrgent(nodeId: string): void {
    this.#news.add(nodeId);
    this.#sendAfter(this.#options.gapMs / URGENCY);
  }

  /** All that there is goes out with the next turn of the event loop. */
  #flush(): void {
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
    this.#cancel();
  }

  /** At once, unless something was sent within that time. */
  #sendAfter(gapMs: number): void {
    const { clock } = this.#options;
    const dueMs = this.#sentMs + gapMs;
    if (dueMs <= clock.nowMs()) {
      this.#flush();
      return;
    }
    if (this.#timer !== undefined && this.#timerMs <= dueMs) return;
    this.#cancel();
    this.#timerMs = dueMs;
    this.#timer = clock.setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, dueMs - clock.nowMs());
  }

  #cancel(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
