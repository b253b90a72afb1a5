// What a reader owes: to the server, that entries took effect; to their publishers, that messages were taken. Gathered for a
// moment, sent together, kept while the connection is down.
import type { ChainableCommander } from "ioredis";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Keys } from "./keys.js";
import { failureOf, isOutOfMemory } from "./redis-errors.js";
import type { RedisLink } from "./redis-link.js";
import type { Ack } from "./sent-batch.js";

export interface AckPostOptions {
  readonly view: string;
  readonly group: string;
  readonly link: RedisLink;
  readonly keys: Keys;
  readonly clock: Clock;
  /** Whether publishers listen for acks; those who do not at the moment read them. */
  readonly pushes: boolean;
}

/** What is gathered costs one write: the longer the fewer, but a publisher may be waiting. */
const GATHER_MS = 2;
/** Of what the server did not take. */
const RETRY_MS = 200;
/** Of a stream of acks; nobody reads those of a view that is gone. */
const MAX_ACKS = 16_384;
/** Entries in one command. */
const MAX_IDS = 1024;

export class AckPost {
  readonly #options: AckPostOptions;
  /** By the view they are for. */
  #acks = new Map<string, Ack[]>();
  /** Entries that took effect, by stream. */
  #done = new Map<string, string[]>();
  #timer: TimerHandle | undefined;
  #isClosed = false;

  constructor(options: AckPostOptions) {
    this.#options = options;
    options.link.onReady(() => {
      this.#schedule();
    });
  }

  tell(view: string, ack: Ack): void {
    const acks = this.#acks.get(view);
    if (acks === undefined) this.#acks.set(view, [ack]);
    else acks.push(ack);
    this.#schedule();
  }

  done(stream: string, entryId: string): void {
    const ids = this.#done.get(stream);
    if (ids === undefined) this.#done.set(stream, [entryId]);
    else ids.push(entryId);
    this.#schedule();
  }

  /** Sends what is left, where it can. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    if (this.#options.link.isReady) await this.#send();
  }

  #schedule(delayMs = GATHER_MS): void {
    if (this.#isClosed || (this.#acks.size === 0 && this.#done.size === 0)) return;
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      if (this.#options.link.isReady) void this.#send();
    }, delayMs);
  }

  async #send(): Promise<void> {
    const { link, keys, group, pushes } = this.#options;
    const [acks, done] = [this.#acks, this.#done];
    this.#acks = new Map();
    this.#done = new Map();
    const pipeline = link.redis.pipeline();
    const ends: ((result: unknown) => void)[] = [];
    const undo: (() => void)[] = [];
    for (const [to, list] of acks) {
      if (pushes) pipeline.publish(keys.acks(to), this.#textOf(list));
      else this.#leave(pipeline, to, list);
      ends.push((heard) => {
        if (pushes && heard === 0) void this.#leaveUnheard(to, list);
      });
      undo.push(() => {
        this.#restore(to, list);
      });
    }
    for (const [stream, ids] of done) {
      for (let from = 0; from < ids.length; from += MAX_IDS) {
        const some = ids.slice(from, from + MAX_IDS);
        pipeline.xack(stream, group, ...some);
        undo.push(() => {
          this.#done.set(stream, [...some, ...(this.#done.get(stream) ?? [])]);
        });
      }
    }
    const results = await pipeline.exec().catch(() => null);
    const left = undo.filter((_, index) => {
      const error = results?.[index]?.[0] ?? (results === null ? new Error("no reply") : null);
      if (error === null) ends[index]?.(results?.[index]?.[1]);
      // A full memory has room again once what was read is cut off.
      return error !== null && (failureOf(error) !== "never" || isOutOfMemory(error));
    });
    for (const restore of left) restore();
    if (link.isReady) this.#schedule(left.length > 0 ? RETRY_MS : GATHER_MS);
  }

  /** For a view that is away from its connection; to one that is gone: nowhere. */
  async #leaveUnheard(to: string, list: readonly Ack[]): Promise<void> {
    const pipeline = this.#options.link.redis.pipeline();
    this.#leave(pipeline, to, list);
    const results = await pipeline.exec().catch(() => null);
    const error = results === null ? new Error("no reply") : (results[0]?.[0] ?? null);
    if (error !== null && (failureOf(error) !== "never" || isOutOfMemory(error))) this.#restore(to, list);
  }

  #leave(pipeline: ChainableCommander, to: string, list: readonly Ack[]): void {
    const { keys } = this.#options;
    pipeline.xadd(keys.acks(to), "NOMKSTREAM", "MAXLEN", "~", MAX_ACKS, "*", "acks", this.#textOf(list));
  }

  #restore(to: string, list: readonly Ack[]): void {
    this.#acks.set(to, [...list, ...(this.#acks.get(to) ?? [])]);
  }

  #textOf(acks: readonly Ack[]): string {
    return JSON.stringify({ view: this.#options.view, acks });
  }
}
