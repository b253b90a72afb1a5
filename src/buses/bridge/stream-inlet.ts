// What other programs add to streams of one Redis server, from the moment the node began to read: also what they added while the
// connection was lost, as long as the stream still has it.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { failureOf } from "../redis-bus/redis-errors.js";
import type { RedisLink } from "../redis-bus/redis-link.js";
import { isBefore } from "../redis-bus/stream-ids.js";
import { EVENT_FIELD } from "./bridge-event.js";
import type { Inlet, Receive, Received } from "./inlet.js";

export interface StreamInletOptions {
  /** Waits at the server: nothing else goes over it. */
  readonly link: RedisLink;
  /** By stream. */
  readonly receivers: ReadonlyMap<string, Receive>;
  /** Entries of one stream at a time. */
  readonly count: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Waiting is ended sooner than the connection would be taken for dead. */
const BLOCK_MS = 1_000;
const RETRY_MS = 1_000;
const FIRST = "0-0";

type Entries = readonly (readonly [id: Buffer, fields: readonly Buffer[]])[];
type Streams = readonly (readonly [stream: Buffer, entries: Entries])[];

export class StreamInlet implements Inlet {
  readonly #options: StreamInletOptions;
  /** The last entry that was read, by stream. */
  readonly #read = new Map<string, string>();
  #placing: Promise<void> = Promise.resolve();
  #isReading = false;
  #isClosed = false;
  #retry: TimerHandle | undefined;
  /** It has been said that the streams cannot be read. */
  #isTold = false;

  constructor(options: StreamInletOptions) {
    this.#options = options;
    options.link.onReady(() => {
      this.#resume();
    });
  }

  async settled(): Promise<void> {
    await this.#placing;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
  }

  #resume(): void {
    if (this.#isReading || this.#isClosed || !this.#options.link.isReady) return;
    this.#isReading = true;
    const placing = this.#findPlaces();
    this.#placing = placing.catch(() => undefined);
    placing
      .then(() => this.#loop())
      .catch((thrown: unknown) => {
        this.#tell(thrown);
      })
      .finally(() => {
        this.#isReading = false;
        // Whatever ended it: a connection that came back meanwhile said so already.
        this.#resumeLater();
      });
  }

  #tell(thrown: unknown): void {
    const { link, log } = this.#options;
    if (this.#isClosed || this.#isTold || failureOf(thrown as Error) === "unknown") return;
    this.#isTold = true;
    log.warn({ redis: link.address }, `bridge: streams cannot be read: ${messageOf(thrown)}`);
  }

  #resumeLater(): void {
    if (this.#isClosed) return;
    this.#retry ??= this.#options.clock.setTimeout(() => {
      this.#retry = undefined;
      this.#resume();
    }, RETRY_MS);
  }

  /** At the first connection behind what is there; at a later one behind what was read, unless the server lost its data since. */
  async #findPlaces(): Promise<void> {
    for (const stream of this.#options.receivers.keys()) {
      const last = await this.#lastOf(stream);
      const read = this.#read.get(stream);
      if (read === undefined) this.#read.set(stream, last);
      else if (isBefore(last, read)) this.#read.set(stream, FIRST);
    }
  }

  async #lastOf(stream: string): Promise<string> {
    const { redis } = this.#options.link;
    if ((await redis.exists(stream)) === 0) return FIRST;
    const fields = (await redis.xinfo("STREAM", stream)) as readonly unknown[];
    return String(fields[fields.indexOf("last-generated-id") + 1]);
  }

  async #loop(): Promise<void> {
    const { link, count } = this.#options;
    while (!this.#isClosed && link.isReady) {
      const places = [...this.#read];
      const args = ["COUNT", count, "BLOCK", BLOCK_MS, "STREAMS", ...places.map(([key]) => key)];
      const read = await link.redis.callBuffer("XREAD", [...args, ...places.map(([, id]) => id)]);
      this.#isTold = false;
      for (const [stream, entries] of (read as Streams | null) ?? []) await this.#handOn(stream.toString(), entries);
    }
  }

  async #handOn(stream: string, entries: Entries): Promise<void> {
    const receive = this.#options.receivers.get(stream);
    for (const [id, fields] of entries) {
      if (this.#isClosed) return;
      this.#read.set(stream, id.toString("latin1"));
      await receive?.(receivedOf(fields));
    }
  }
}

function receivedOf(fields: readonly Buffer[]): Received {
  const named = fields.flatMap((name, at) => {
    const bytes = fields[at + 1];
    return at % 2 === 0 && bytes !== undefined ? [{ name: name.toString("utf8"), bytes }] : [];
  });
  const text = named.find(({ name }) => name === EVENT_FIELD)?.bytes ?? Buffer.alloc(0);
  return { text, arrays: named.filter(({ name }) => name !== EVENT_FIELD) };
}
