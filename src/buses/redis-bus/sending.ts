// What one pipeline carries of one topic: its batches to the stream and, where they are small, to whoever listens at the same time.
import type { ChainableCommander } from "ioredis";
import type { Keys } from "./keys.js";
import type { SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";
import { writeHead } from "./wire.js";

export type Result = readonly [error: Error | null, result: unknown];

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

export class Sending {
  readonly #options: SendingOptions;
  /** Places of the batches' results, and of the version where it is asked for by itself. */
  readonly #places: { readonly at: number; readonly isPushed: boolean }[] = [];
  #versionAt: number | undefined;

  constructor(
    readonly outbox: TopicOutbox,
    readonly batches: readonly SentBatch[],
    options: SendingOptions,
  ) {
    this.#options = options;
  }

  append(pipeline: ChainableCommander): void {
    const { view, keys, pushes } = this.#options;
    const { topic } = this.outbox;
    for (const { sequence, messages, bytes } of this.batches) {
      const wires = messages.map(({ wire }) => wire);
      const head = writeHead(view, sequence, wires);
      const arrays = wires.flatMap((wire) => wire.arrays);
      const isPushed = pushes && arrays.length === 0 && bytes <= MAX_PUSHED_BYTES;
      this.#places.push({ at: pipeline.length, isPushed });
      if (isPushed) {
        pipeline.eval(ADD_AND_PUSH, 2, keys.log(topic), keys.version(topic), head, keys.live(topic));
        continue;
      }
      const attachments = arrays.flatMap(({ bytes: content }, place) => [String(place), content as Buffer]);
      pipeline.xadd(keys.log(topic), "*", "head", head, ...attachments);
      if (pushes) pipeline.publish(keys.live(topic), LOOK);
    }
    if (this.#places.some(({ isPushed }) => isPushed)) return;
    this.#versionAt = pipeline.length;
    pipeline.get(keys.version(topic));
  }

  /** What became of a batch: its entry's id, where there is no error. */
  entryOf(results: readonly Result[], index: number): Result {
    const { at, isPushed } = this.#places[index]!;
    const [error, result] = results[at] ?? NO_RESULT;
    return [error, error === null && isPushed ? (result as PushedReply)[0] : result];
  }

  /** Of the topic's readers: null where the server knows of none, undefined where it could not be asked. */
  versionOf(results: readonly Result[]): string | null | undefined {
    if (this.#versionAt !== undefined) {
      const [error, version] = results[this.#versionAt] ?? NO_RESULT;
      return error === null ? (version as string | null) : undefined;
    }
    const pushed = this.#places.filter(({ isPushed }) => isPushed).map(({ at }) => results[at] ?? NO_RESULT);
    const answered = pushed.find(([error]) => error === null);
    return (answered?.[1] as PushedReply | undefined)?.[1];
  }
}

/** What those hear who are to look into the stream. */
const LOOK = "";

type PushedReply = readonly [entryId: string, version: string | null];

const NO_RESULT: Result = [new Error("the connection gave no reply"), undefined];
