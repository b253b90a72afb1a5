// What goes out to one Redis server: in the order in which it was published, one pipeline at a time, the rest waits within bounds.
import type { Redis } from "ioredis";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import { afterTurn } from "../../kernel/after-turn.js";
import { BoundedQueue } from "../../kernel/bounded-queue.js";
import { failureOf } from "../redis-bus/redis-errors.js";
import type { RedisLink } from "../redis-bus/redis-link.js";
import type { BridgeEvent } from "./bridge-event.js";
import type { RouteCounts } from "./route-counts.js";

export type Pipeline = ReturnType<Redis["pipeline"]>;

export interface BridgeOutboxOptions {
  readonly link: RedisLink;
  /** Without a connection messages wait, and go again where it is not known whether they arrived; or they are dropped. */
  readonly keeps: boolean;
  readonly command: (pipeline: Pipeline, message: OutMessage) => void;
  readonly clock: Clock;
}

export interface OutMessage {
  readonly key: string;
  readonly event: BridgeEvent;
  readonly counts: RouteCounts;
}

/** Beyond either, the oldest go. */
const MAX_WAITING = 65_536;
const MAX_WAITING_BYTES = 64 * 2 ** 20;
const MAX_BATCH = 512;
const MAX_BATCH_BYTES = 4 * 2 ** 20;
const RETRY_MS = 500;

export class BridgeOutbox {
  readonly #options: BridgeOutboxOptions;
  readonly #waiting = new BoundedQueue<OutMessage>(MAX_WAITING);
  #bytes = 0;
  /** Under way, or to go again before all others. */
  #batch: readonly OutMessage[] = [];
  #isSending = false;
  #isClosed = false;
  #retry: TimerHandle | undefined;
  readonly #onIdle: (() => void)[] = [];

  constructor(options: BridgeOutboxOptions) {
    this.#options = options;
    options.link.onReady(() => {
      this.#begin();
    });
  }

  add(message: OutMessage): void {
    const { link, keeps } = this.#options;
    if (this.#isClosed || (!link.isReady && !keeps)) {
      message.counts.dropped += 1;
      return;
    }
    while (this.#waiting.length > 0 && (this.#waiting.isFull || this.#bytes + message.event.bytes > MAX_WAITING_BYTES))
      this.#drop();
    this.#waiting.push(message);
    this.#bytes += message.event.bytes;
    message.counts.waiting += 1;
    this.#begin();
  }

  /** Resolves when nothing is left to send, or cannot be sent now. */
  async idle(): Promise<void> {
    if (!this.#isSending) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** What was not sent is dropped. */
  close(): void {
    this.#isClosed = true;
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
    this.#dropAll();
  }

  /** What is published in one turn travels together. */
  #begin(): void {
    if (this.#isSending || this.#isClosed || !this.#options.link.isReady) return;
    if (this.#batch.length === 0 && this.#waiting.length === 0) return;
    this.#isSending = true;
    afterTurn(() => {
      void this.#send().finally(() => {
        this.#isSending = false;
        // What came while this ended.
        if (this.#retry === undefined) this.#begin();
        this.#tellIdle();
      });
    });
  }

  #tellIdle(): void {
    if (!this.#isSending) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  async #send(): Promise<void> {
    const { link, command } = this.#options;
    while (!this.#isClosed && link.isReady) {
      if (this.#batch.length === 0) this.#batch = this.#take();
      if (this.#batch.length === 0) return;
      const pipeline = link.redis.pipeline();
      for (const message of this.#batch) command(pipeline, message);
      const results = await pipeline.exec().catch(() => null);
      if (!this.#settle(results ?? [])) {
        this.#sendLater();
        return;
      }
    }
    if (!this.#options.keeps) this.#dropAll();
  }

  #take(): readonly OutMessage[] {
    const batch: OutMessage[] = [];
    for (let bytes = 0; batch.length < MAX_BATCH && bytes < MAX_BATCH_BYTES;) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      bytes += message.event.bytes;
      this.#bytes -= message.event.bytes;
      batch.push(message);
    }
    return batch;
  }

  /** Whether none has to go again: of those that are kept, what has no answer of the server. */
  #settle(results: readonly (readonly [error: Error | null, result: unknown])[]): boolean {
    const { keeps } = this.#options;
    const again: OutMessage[] = [];
    this.#batch.forEach((message, index) => {
      const [error] = results[index] ?? [new Error("no answer")];
      if (error !== null && keeps && failureOf(error) !== "never" && !this.#isClosed) {
        again.push(message);
        return;
      }
      message.counts.waiting -= 1;
      if (error === null) message.counts.passed += 1;
      else if (failureOf(error) === "never") message.counts.lose(error);
      else message.counts.dropped += 1;
    });
    this.#batch = again;
    return again.length === 0;
  }

  /** A lost connection begins anew when it is back, a server that is not ready does not say when it is. */
  #sendLater(): void {
    if (this.#isClosed) return;
    this.#retry ??= this.#options.clock.setTimeout(() => {
      this.#retry = undefined;
      this.#begin();
    }, RETRY_MS);
  }

  #drop(): void {
    const message = this.#waiting.shift();
    if (message === undefined) return;
    this.#bytes -= message.event.bytes;
    message.counts.waiting -= 1;
    message.counts.dropped += 1;
  }

  #dropAll(): void {
    while (this.#waiting.length > 0) this.#drop();
    for (const { counts } of this.#batch) {
      counts.waiting -= 1;
      counts.dropped += 1;
    }
    this.#batch = [];
  }
}
