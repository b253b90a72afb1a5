// What one view has to say on all topics, and on which of them there is something to send.
import { TopicOutbox } from "./topic-outbox.js";

export class TopicOutboxes {
  readonly #capacity: number;
  readonly #topics = new Map<string, TopicOutbox>();
  /** A list and not a set, which V8 would make anew time and again: each is marked that is in it. */
  #news: TopicOutbox[] = [];

  /** @param capacity messages of one topic that may wait to be sent */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  hasNews(): boolean {
    return this.#news.length > 0;
  }

  [Symbol.iterator](): Iterator<TopicOutbox> {
    return this.#topics.values();
  }

  get(topic: string): TopicOutbox | undefined {
    return this.#topics.get(topic);
  }

  of(topic: string): TopicOutbox {
    let outbox = this.#topics.get(topic);
    if (outbox === undefined) this.#topics.set(topic, (outbox = new TopicOutbox(topic, this.#capacity)));
    return outbox;
  }

  /** There is something to send of it. */
  list(outbox: TopicOutbox): void {
    if (!outbox.isListed) this.#news.push(outbox);
    outbox.isListed = true;
  }

  /** Those of which there is something to send; what of them is left is to be listed again. */
  takeNews(): readonly TopicOutbox[] {
    const news = this.#news;
    this.#news = [];
    for (const outbox of news) outbox.isListed = false;
    return news;
  }

  clear(): void {
    this.#topics.clear();
    this.#news = [];
  }
}
