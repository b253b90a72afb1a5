// What goes out of one topic at a time. Small batches whose readers all listen are pushed to them, and nothing else. Where that is
// not enough, or cannot be, they go to the stream.
import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { resultOf, type Result } from "./one-write.js";
import { askForReaders, type ReaderSet } from "./reader-sets.js";
import { isSmall, type SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";
import { UNLOGGED, writeHead } from "./wire.js";

export interface SendingOptions {
  readonly view: string;
  readonly keys: Keys;
  /** Whether readers listen. */
  readonly pushes: boolean;
  /** A batch as it is pushed, and what its readers are told along with it. */
  readonly pushedText: (batch: SentBatch) => string;
}

export interface Load {
  /** Pushed before, and to be found in the stream from now on. */
  readonly late: readonly SentBatch[];
  /** New ones, or such as may not have arrived. */
  readonly batches: readonly SentBatch[];
  /** Whether it is enough to push them. */
  readonly isPushed: boolean;
}

/** In one step, so that nobody is told of a batch that the stream did not take. */
const ADD_AND_PUSH = `local id
if ARGV[3] then id = redis.call('XADD', KEYS[1], '*', 'for', ARGV[3], 'head', ARGV[1])
else id = redis.call('XADD', KEYS[1], '*', 'head', ARGV[1]) end
redis.call('PUBLISH', ARGV[2], ARGV[1])
return {id, redis.call('GET', KEYS[2])}`;

/** What became of a batch: its entry's id, where there is one and no error. */
export type Sent = readonly [batch: SentBatch, error: Error | null, entryId: string | undefined];

export class Sending {
  readonly #options: SendingOptions;
  readonly #load: Load;
  readonly #sent: Sent[] = [];
  #version: string | null | undefined;
  #readers: ReaderSet | undefined;

  constructor(
    readonly outbox: TopicOutbox,
    load: Load,
    options: SendingOptions,
  ) {
    this.#options = options;
    this.#load = load;
  }

  /** New ones, or such as may not have arrived. */
  get batches(): readonly SentBatch[] {
    return this.#load.batches;
  }

  get isOneCommand(): boolean {
    return this.#load.isPushed && this.#load.batches.length === 1;
  }

  /** Pushed before, and to be found in the stream from now on. */
  get late(): readonly SentBatch[] {
    return this.#load.late;
  }

  /** Those of the topic before the late ones were in the stream, where it was not known of all of them whom they are for. */
  get readers(): ReaderSet | undefined {
    return this.#readers;
  }

  /** They were pushed, and nothing else. */
  get isPushed(): boolean {
    return this.#load.isPushed;
  }

  /** Once the server has answered everything, or the connection is lost. */
  get sent(): readonly Sent[] {
    return this.#sent;
  }

  /** Of the topic's readers: null where the server knows of none, undefined where it was not, or could not be asked. */
  get version(): string | null | undefined {
    return this.#version;
  }

  /** Resolves when everything has its end; never rejects. */
  send(redis: Redis): Promise<unknown> {
    const { late, batches, isPushed } = this.#load;
    const { keys } = this.#options;
    const ends: Promise<void>[] = [];
    // Before they are in the stream: whoever reads it by then gets them, and whoever comes later is not waited for.
    if (late.some(({ readers }) => readers === undefined)) ends.push(this.#askForReaders(redis));
    for (const batch of late) ends.push(this.#log(redis, batch));
    for (const batch of batches) ends.push(isPushed ? this.#push(redis, batch) : this.#add(redis, batch));
    // Behind what was published: whoever came before it is among its readers.
    if (!isPushed && !batches.every((batch) => this.#isSmall(batch))) {
      const asked = redis.get(keys.version(this.outbox.topic));
      ends.push(
        resultOf(asked).then(([error, version]) => {
          if (error === null) this.#version = version as string | null;
        }),
      );
    }
    return Promise.all(ends);
  }

  async #askForReaders(redis: Redis): Promise<void> {
    this.#readers = await askForReaders({ redis }, this.#options.keys, this.outbox.topic);
  }

  /** Readers are to go on behind a batch that will never be. */
  static skip(
    redis: Redis,
    { topic, sequence }: SentBatch,
    { keys, view, pushes }: Pick<SendingOptions, "keys" | "view" | "pushes">,
  ): void {
    if (pushes)
      redis.publish(keys.live(topic), UNLOGGED + writeHead({ from: view, sequence }, [])).catch(() => undefined);
  }

  #push(redis: Redis, batch: SentBatch): Promise<void> {
    const { keys, pushedText } = this.#options;
    const pushed = redis.publish(keys.live(this.outbox.topic), pushedText(batch));
    return resultOf(pushed).then(([error]) => {
      this.#sent.push([batch, error, undefined]);
    });
  }

  #log(redis: Redis, batch: SentBatch): Promise<void> {
    const log = this.#options.keys.log(this.outbox.topic);
    // Said of every batch that was pushed before, also where it is not known yet whom it is for.
    const readers = JSON.stringify(batch.readers ?? null);
    return this.#entered(batch, redis.xadd(log, "*", "for", readers, "head", this.#headOf(batch)));
  }

  #add(redis: Redis, batch: SentBatch): Promise<void> {
    const { keys, pushes } = this.#options;
    const { topic } = this.outbox;
    const head = this.#headOf(batch);
    if (this.#isSmall(batch)) {
      const places = [keys.log(topic), keys.version(topic)];
      const added = redis.eval(ADD_AND_PUSH, 2, ...places, head, keys.live(topic), ...readersOf(batch));
      return resultOf(added).then((result) => {
        this.#addedAndPushed(batch, result);
      });
    }
    const arrays = batch.messages.flatMap(({ wire }) => wire.arrays);
    const attachments = arrays.flatMap(({ bytes }, place) => [String(place), bytes as Buffer]);
    const readers = readersOf(batch).flatMap((list) => ["for", list]);
    const added = redis.xadd(keys.log(topic), "*", ...readers, "head", head, ...attachments);
    if (pushes) redis.publish(keys.live(topic), LOOK).catch(() => undefined);
    return this.#entered(batch, added);
  }

  async #entered(batch: SentBatch, added: Promise<string | null>): Promise<void> {
    const [error, entryId] = await resultOf(added);
    this.#sent.push([batch, error, entryId as string | undefined]);
  }

  #addedAndPushed(batch: SentBatch, [error, reply]: Result): void {
    const [entryId, version] = error === null ? (reply as PushedReply) : NO_REPLY;
    if (error === null) this.#version = version;
    this.#sent.push([batch, error, entryId]);
  }

  #headOf({ sequence, messages }: SentBatch): string {
    const wires = messages.map(({ wire }) => wire);
    return writeHead({ from: this.#options.view, sequence }, wires);
  }

  #isSmall(batch: SentBatch): boolean {
    return this.#options.pushes && isSmall(batch);
  }
}

/** For those alone who were its readers, where that is known: whoever came since is not to get it. */
function readersOf({ readers }: SentBatch): readonly string[] {
  return readers === undefined ? [] : [JSON.stringify(readers)];
}

/** What those hear who are to look into the stream. */
const LOOK = "";

type PushedReply = readonly [entryId: string | undefined, version: string | null];

const NO_REPLY: PushedReply = [undefined, null];
