// Reads the streams of one channel for one view, over a connection of its own that waits at the server.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { ReadingClient } from "./reading-client.js";
import { failureOf, isGroupExisting, isNoGroup } from "./redis-errors.js";
import { groupsOf } from "./stream-groups.js";
import type { RedisLink } from "./redis-link.js";

export interface StreamLoopOptions {
  /** Waits at the server: nothing else goes over it. */
  readonly reader: RedisLink;
  /** For everything else. */
  readonly writer: RedisLink;
  /** Of the node, whatever start of it. */
  readonly group: string;
  /** This start of it. */
  readonly consumer: string;
  /** An entry is done when it has arrived: nobody is to see it twice. */
  readonly atMostOnce: boolean;
  /** Hears of what is in the streams. */
  readonly listener: RedisLink | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Source {
  readonly stream: string;
  /**
   * False where the entry brought nothing that would not have been pushed.
   * @param isLate it was on its way before, to this view or to an earlier start of the node
   */
  readonly onEntry: (entryId: string, fields: readonly Buffer[], isLate: boolean) => boolean;
  /** Its group is there: tells whoever wants to know that the stream is read. At every connection. */
  readonly onJoined?: () => Promise<void>;
}

interface OpenSource extends Source {
  /** What was delivered to this node and not acknowledged is still to be looked at. */
  hasPending: boolean;
  isJoined: boolean;
  /** It was read before: whatever a server has of the stream that does not know its group, is news. */
  wasJoined: boolean;
  /** That it cannot be read was logged. */
  isTold: boolean;
  /** The last entry that came, or that the group had when it was joined. */
  lastId: string | undefined;
}

/** Waiting is ended sooner than the connection would be taken for dead. */
const BLOCK_MS = 1_000;
/** Entries of one stream at a time. */
const COUNT = 64;
const CLAIM_COUNT = 100;
/** While all that is read was pushed before, reading has time: that of so long is read at once. */
const REST_MS = 20;
const RETRY_MS = 500;

type Entries = readonly (readonly [id: Buffer, fields: Buffer[] | null] | null)[];
type Streams = readonly (readonly [stream: Buffer, entries: Entries])[];

export class StreamLoop {
  readonly #options: StreamLoopOptions;
  readonly #sources = new Map<string, OpenSource>();
  readonly #joining = new Map<OpenSource, Promise<void>>();
  #isRunning = false;
  #isClosed = false;
  #reading: readonly OpenSource[] = [];
  readonly #client: ReadingClient;
  #retry: TimerHandle | undefined;
  #isHurried = false; // something has to be read that was not pushed
  #endRest: (() => void) | undefined;

  constructor(options: StreamLoopOptions) {
    this.#options = options;
    this.#client = new ReadingClient(options.reader);
    for (const link of [options.reader, options.writer]) {
      link.onReady(() => {
        this.resume();
      });
    }
  }

  /** What the stream gets from now on is handed on; where the connection is down, once it is back. */
  open(source: Source): void {
    const fresh = { hasPending: true, isJoined: false, wasJoined: false, isTold: false, lastId: undefined };
    const opened: OpenSource = { ...source, ...fresh };
    this.#sources.set(source.stream, opened);
    void this.#join(opened);
  }

  /** Nothing of the stream is handed on any more. */
  close(stream: string): void {
    this.#sources.delete(stream);
    this.#wake();
  }

  /** There is something to be read that nobody was told of otherwise. */
  hurry(): void {
    this.#isHurried = true;
    this.#endRest?.();
  }

  stop(): void {
    this.#isClosed = true;
    this.hurry();
    this.#sources.clear();
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
  }

  /** Resolves when everything opened so far is read. */
  async settled(): Promise<void> {
    await Promise.all(this.#joining.values());
  }

  /** Says anew what is read, and looks for what may have been skipped: after either connection came back. */
  resume(): void {
    for (const source of this.#sources.values()) {
      // What was on its way when the connection was lost is this node's already, and is not given again unasked.
      source.hasPending = true;
      source.isJoined = false;
      void this.#join(source);
    }
  }

  async #join(source: OpenSource): Promise<void> {
    const joining = this.#joining.get(source) ?? this.#createGroup(source);
    this.#joining.set(source, joining);
    await joining;
    if (this.#joining.get(source) === joining) this.#joining.delete(source);
    this.#run();
    this.#wake();
  }

  async #createGroup(source: OpenSource): Promise<void> {
    const { writer, group, log } = this.#options;
    const { stream, wasJoined, onJoined } = source;
    if (!writer.isReady || source.isJoined) return;
    let hasGroup = false;
    try {
      const creating = writer.redis.xgroup("CREATE", stream, group, wasJoined ? "0" : "$", "MKSTREAM");
      await creating.catch(async (thrown: unknown) => {
        if (!isGroupExisting(thrown) && !(await this.#hasGroup(stream))) throw thrown;
      });
      hasGroup = true;
      // Closed while it was being joined.
      if (this.#sources.get(stream) !== source) return;
      await onJoined?.();
      source.isTold = false;
    } catch (thrown) {
      // A lost connection brings everything back when it is back itself.
      if (failureOf(thrown as Error) === "unknown") return;
      if (!source.isTold) log.warn({ stream }, `a stream cannot be read as it is to be: ${messageOf(thrown)}`);
      source.isTold = true;
      this.#resumeLater();
    }
    // It is read also where nobody can be told. Not sooner: whoever asks for it meanwhile waits for this.
    if (hasGroup) source.isJoined = source.wasJoined = true;
  }

  /** A full memory refuses to create what is there already. */
  async #hasGroup(stream: string): Promise<boolean> {
    const { writer, group } = this.#options;
    return (await groupsOf(writer, stream).catch(() => [])).some(({ name }) => name === group);
  }

  #resumeLater(): void {
    if (this.#isClosed) return;
    this.#retry ??= this.#options.clock.setTimeout(() => {
      this.#retry = undefined;
      this.resume();
    }, RETRY_MS);
  }

  /** The server answers a reader that waits. */
  #wake(): void {
    const { writer } = this.#options;
    if (this.#isRunning && writer.isReady) writer.redis.client("UNBLOCK", this.#client.id).catch(() => undefined);
  }

  #run(): void {
    if (this.#isRunning || this.#isClosed || !this.#options.reader.isReady) return;
    this.#isRunning = true;
    void this.#loop().then((end) => {
      this.#isRunning = false;
      if (end === "left") this.#run();
      else if (end === "groups lost") this.resume();
      else if (end === "failed") this.#resumeLater();
    });
  }

  /** Reads for as long as there is anything to read from. */
  async #loop(): Promise<"idle" | "left" | "groups lost" | "failed"> {
    const { reader, log } = this.#options;
    try {
      await this.#client.succeed();
      while (!this.#isClosed && reader.isReady) {
        const joined = [...this.#sources.values()].filter(({ isJoined }) => isJoined);
        if (joined.length === 0) return "idle";
        this.#reading = joined;
        const pending = joined.find(({ hasPending }) => hasPending);
        if (pending !== undefined) await this.#readPending(pending);
        else if (!(await this.#readNew(joined))) await this.#rest();
      }
      return "idle";
    } catch (thrown) {
      // A lost connection begins anew when it is back; nothing but that may end the reading for good.
      const isLost = failureOf(thrown as Error) === "unknown" && !(thrown instanceof TypeError);
      if (this.#isClosed || !reader.isReady || isLost) return "idle";
      // Left while it was read: the others are read on.
      if (isNoGroup(thrown) && this.#reading.some((source) => this.#sources.get(source.stream) !== source))
        return "left";
      if (isNoGroup(thrown)) {
        log.warn(
          { redis: reader.address },
          "streams are gone, the server lost its data: they are read from their new beginning",
        );
        return "groups lost";
      }
      log.error({ err: thrown, redis: reader.address }, `streams could not be read: ${messageOf(thrown)}`);
      return "failed";
    }
  }

  async #rest(): Promise<void> {
    if (this.#isHurried || this.#options.listener?.isReady !== true) return;
    const { clock } = this.#options;
    let timer: TimerHandle | undefined;
    await new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, REST_MS);
      this.#endRest = resolve;
    });
    if (timer !== undefined) clock.clearTimeout(timer);
    this.#endRest = undefined;
  }

  /** False where nothing came that would not have been pushed. */
  async #readNew(sources: readonly OpenSource[]): Promise<boolean> {
    const { reader, group, consumer, atMostOnce } = this.#options;
    const streams = sources.map(({ stream }) => stream);
    this.#isHurried = false;
    const read = (await reader.redis.callBuffer("XREADGROUP", [
      ...["GROUP", group, consumer, "COUNT", COUNT, "BLOCK", BLOCK_MS],
      ...(atMostOnce ? ["NOACK"] : []),
      ...["STREAMS", ...streams, ...streams.map(() => ">")],
    ])) as Streams | null;
    let isNews = read === null;
    for (const [stream, entries] of read ?? []) {
      const source = this.#sources.get(stream.toString());
      if (source === undefined || this.#handOn(source, entries, false) || entries.length === COUNT) isNews = true;
    }
    return isNews;
  }

  /** What this node was given before and never acknowledged: this view, or an earlier start of the node. */
  async #readPending(source: OpenSource): Promise<void> {
    const { reader, group, consumer, atMostOnce } = this.#options;
    source.hasPending = false;
    if (atMostOnce) {
      await this.#readSkipped(source);
      return;
    }
    let from = "0-0";
    do {
      const args = [source.stream, group, consumer, 0, from, "COUNT", CLAIM_COUNT];
      const [next, entries] = (await reader.redis.callBuffer("XAUTOCLAIM", args)) as [Buffer, Entries];
      this.#handOn(source, entries, true);
      from = next.toString("latin1");
    } while (from !== "0-0" && !this.#isClosed);
  }

  /** What was on its way to this view when the connection was lost: nobody keeps a list of it. */
  async #readSkipped(source: OpenSource): Promise<void> {
    const { reader, group } = this.#options;
    const own = (await groupsOf(reader, source.stream)).find(({ name }) => name === group);
    const end = own?.lastDelivered ?? "0-0";
    source.lastId ??= end;
    for (;;) {
      const args = [source.stream, `(${source.lastId}`, end, "COUNT", CLAIM_COUNT];
      const entries = (await reader.redis.callBuffer("XRANGE", args)) as Entries;
      this.#handOn(source, entries, true);
      if (entries.length < CLAIM_COUNT || this.#isClosed) return;
    }
  }

  #handOn(source: OpenSource, entries: Entries, isLate: boolean): boolean {
    let isNews = false;
    for (const entry of entries) {
      // Of an entry that was cut off before it was acknowledged, older servers give nothing.
      if (entry === null) continue;
      const [id, fields] = entry;
      // Closed by what came before it.
      if (!this.#sources.has(source.stream)) return true;
      const entryId = id.toString("latin1");
      source.lastId = entryId;
      if (source.onEntry(entryId, fields ?? [], isLate)) isNews = true;
    }
    return isNews;
  }
}
