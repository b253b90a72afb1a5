// What a reader owes: to the server, that entries took effect; to their publishers, that messages were taken. Gathered for a
// moment, sent together, kept while the connection is down.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Keys } from "./keys.js";
import { inOneWrite, resultOf, type Result } from "./one-write.js";
import { failureOf, isOutOfMemory } from "./redis-errors.js";
import { OwedAcks } from "./owed-acks.js";
import type { RedisLink } from "./redis-link.js";
import type { Ack } from "./sent-batch.js";
import type { DoneBatch } from "./wire.js";

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
  readonly #acks = new OwedAcks();
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
    this.#acks.add(view, ack);
    this.#schedule();
  }

  /** What may be told the view along with something else that it hears: it counts as told. */
  takeDone(view: string, most: number): readonly DoneBatch[] {
    return this.#acks.takeDone(view, most);
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
    if (this.#isClosed || (this.#acks.isEmpty && this.#done.size === 0)) return;
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      if (this.#options.link.isReady) void this.#send();
    }, delayMs);
  }

  async #send(): Promise<void> {
    const { link } = this.#options;
    const acks = this.#isClosed ? this.#acks.takeAll() : this.#acks.takeDue();
    const done = this.#done;
    this.#done = new Map();
    // What was left is for the next round, however long the answers take.
    this.#schedule();
    if (acks.length === 0 && done.size === 0) return;
    const ends = await inOneWrite(link.redis, () =>
      Promise.all([
        ...acks.map(([to, list]) => this.#tell(to, list)),
        ...[...done].flatMap(([stream, ids]) => this.#acknowledge(stream, ids)),
      ]),
    );
    const areAllTaken = !ends.includes(false);
    if (link.isReady) this.#schedule(areAllTaken ? GATHER_MS : RETRY_MS);
  }

  /** False where it has to be tried again. */
  async #tell(to: string, list: readonly Ack[]): Promise<boolean> {
    const { link, keys, pushes } = this.#options;
    const heard = await resultOf(
      pushes ? link.redis.publish(keys.acks(to), this.#textOf(list)) : this.#leave(to, list),
    );
    if (pushes && heard[0] === null && heard[1] === 0) void this.#leaveUnheard(to, list);
    if (!mayGoAgain(heard)) return true;
    this.#acks.restore(to, list);
    return false;
  }

  #acknowledge(stream: string, ids: readonly string[]): readonly Promise<boolean>[] {
    const { link, group } = this.#options;
    const parts = Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, part) =>
      ids.slice(part * MAX_IDS, (part + 1) * MAX_IDS),
    );
    return parts.map(async (some) => {
      if (!mayGoAgain(await resultOf(link.redis.xack(stream, group, ...some)))) return true;
      this.#done.set(stream, [...some, ...(this.#done.get(stream) ?? [])]);
      return false;
    });
  }

  /** For a view that is away from its connection; to one that is gone: nowhere. */
  async #leaveUnheard(to: string, list: readonly Ack[]): Promise<void> {
    if (!mayGoAgain(await resultOf(this.#leave(to, list)))) return;
    this.#acks.restore(to, list);
    this.#schedule(RETRY_MS);
  }

  #leave(to: string, list: readonly Ack[]): Promise<unknown> {
    const { link, keys } = this.#options;
    return link.redis.xadd(keys.acks(to), "NOMKSTREAM", "MAXLEN", "~", MAX_ACKS, "*", "acks", this.#textOf(list));
  }

  #textOf(acks: readonly Ack[]): string {
    return JSON.stringify({ view: this.#options.view, acks });
  }
}

/** A full memory has room again once what was read is cut off. */
function mayGoAgain([error]: Result): boolean {
  return error !== null && (failureOf(error) !== "never" || isOutOfMemory(error));
}
