// What goes out of one topic at a time: its batches to the stream and, where they are small, to whoever listens at the same time.
import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { resultOf, type Result } from "./one-write.js";
import type { SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";
import { writeHead } from "./wire.js";

export interface SendingOptions {
  readonly view: string;
  readonly keys: Keys;
  /** Whether readers listen. */
  readonly pushes: boolean;
}

/** What is larger is read from the stream alone: sent twice it would take longer. */
const MAX_PUSHED_BYTES = 64 * 1024;

/** In one step, so that nobody is told of a batch that the stream did not take. */
const ADD_AND_PUSH = `local id = redis.call('XADD', KEYS[1], '*', 'head', ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[1])
return {id, redis.call('GET', KEYS[2])}`;

/** What became of a batch: its entry's id, where there is no error. */
export type Sent = readonly [batch: SentBatch, error: Error | null, entryId: string | undefined];

export class Sending {
  readonly #options: SendingOptions;
  readonly #sent: Sent[] = [];
  #version: string | null | undefined;

  constructor(
    readonly outbox: TopicOutbox,
    readonly batches: readonly SentBatch[],
    options: SendingOptions,
  ) {
    this.#options = options;
  }

  /** Once the server has answered everything, or the connection is lost. */
  get sent(): readonly Sent[] {
    return this.#sent;
  }

  /** Of the topic's readers: null where the server knows of none, undefined where it could not be asked. */
  get version(): string | null | undefined {
    return this.#version;
  }

  /** Resolves when everything has its end; never rejects. */
  send(redis: Redis): Promise<unknown> {
    const { keys } = this.#options;
    const { topic } = this.outbox;
    const [first, ...others] = this.batches.map((batch) => this.#add(redis, batch));
    if (others.length === 0 && this.#isPushed(this.batches[0])) return first ?? Promise.resolve();
    const asked = resultOf(redis.get(keys.version(topic))).then(([error, version]) => {
      if (error === null) this.#version = version as string | null;
    });
    return Promise.all([first, ...others, asked]);
  }

  #add(redis: Redis, batch: SentBatch): Promise<void> {
    const { view, keys, pushes } = this.#options;
    const { topic } = this.outbox;
    const wires = batch.messages.map(({ wire }) => wire);
    const head = writeHead(view, batch.sequence, wires);
    if (this.#isPushed(batch)) {
      const log = keys.log(topic);
      const added = redis.eval(ADD_AND_PUSH, 2, log, keys.version(topic), head, keys.live(topic));
      return resultOf(added).then((result) => {
        this.#pushed(batch, result);
      });
    }
    const arrays = wires.flatMap((wire) => wire.arrays);
    const attachments = arrays.flatMap(({ bytes }, place) => [String(place), bytes as Buffer]);
    const added = redis.xadd(keys.log(topic), "*", "head", head, ...attachments);
    if (pushes) redis.publish(keys.live(topic), LOOK).catch(() => undefined);
    return resultOf(added).then(([error, entryId]) => {
      this.#sent.push([batch, error, entryId as string | undefined]);
    });
  }

  #pushed(batch: SentBatch, [error, reply]: Result): void {
    const [entryId, version] = error === null ? (reply as PushedReply) : NO_REPLY;
    if (error === null) this.#version = version;
    this.#sent.push([batch, error, entryId]);
  }

  #isPushed(batch: SentBatch | undefined): boolean {
    return this.#options.pushes && batch?.isBare === true && batch.bytes <= MAX_PUSHED_BYTES;
  }
}

/** What those hear who are to look into the stream. */
const LOOK = "";

type PushedReply = readonly [entryId: string | undefined, version: string | null];

const NO_REPLY: PushedReply = [undefined, null];
