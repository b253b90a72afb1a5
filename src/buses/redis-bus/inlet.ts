// What comes in on one topic: each batch once and in order, its messages handed to the readers here, and what becomes of them told.
import type { Envelope } from "../../contracts/envelope.js";
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { afterTurn } from "../../kernel/after-turn.js";
import type { MemoryChannel } from "../memory-channel.js";
import type { AckPost } from "./ack-post.js";
import { nodeOfView } from "./keys.js";
import { SeenSequences } from "./seen-sequences.js";
import { isDoneUnlogged, OpenEntries, type OpenEntry } from "./open-entry.js";
import { Readings } from "./readings.js";
import { readEntry } from "./stream-entry.js";
import { isUnlogged, readBatch, readName, beginningOf, type Batch, type BatchName, type DoneBatch } from "./wire.js";

export interface InletOptions {
  readonly topic: string;
  readonly stream: string;
  readonly view: string;
  readonly local: MemoryChannel;
  readonly post: AckPost;
  readonly log: Logger;
  /** Where effects count, an entry is done when they are; otherwise when it has arrived. */
  readonly effectsOnce: boolean;
  /** A reader of what this view and others published is done with it. */
  readonly onDone: (reader: string, done: readonly DoneBatch[]) => void;
  /** What came while the topic was read here before. */
  readonly earlier: SeenSequences | undefined;
}

export interface InletCounts {
  batches: number;
  /** Batches that had come before. */
  duplicates: number;
  /** Batches that never came though later ones of their view did. */
  missing: number;
  /** Entries that were no batches. */
  malformed: number;
}

/** Batches that were pushed and not read yet; while there are more, nothing that is pushed is taken. */
const MAX_AHEAD = 4096;
const MOST_UNHEARD = 3;

export class Inlet {
  readonly #options: InletOptions;
  readonly #counts: InletCounts;
  /** What batches of this view begin with. */
  readonly #own: string;
  readonly #seen = new SeenSequences();
  readonly #readings = new Readings();
  readonly #open = new OpenEntries();
  #untold: OpenEntry[] = [];
  /** Ids of the entries that have not all taken effect. */
  readonly #unfinished = new Set<string>();
  /** What was pushed last could be taken. */
  #hears = false;
  /** Batches that were read since. */
  #unheard = 0;
  /** Pushed, and not read yet. */
  readonly #ahead = new OpenEntries();
  /** Kept for the hidden classes of what is in it: with none alive, a full collection drops them and the optimised code. */
  readonly #latest: { batch: Batch | undefined } = { batch: undefined };

  constructor(options: InletOptions, counts: InletCounts) {
    this.#options = options;
    this.#counts = counts;
    this.#own = beginningOf(options.view);
  }

  /**
   * An entry of the stream. False where it brought nothing that would not have been pushed.
   * @param isLate it was on its way before the connection was lost, or for an earlier start of this node
   */
  receive(entryId: string, fields: readonly Buffer[], isLate = false): boolean {
    const { wasSentBefore, readers, head, attachments } = readEntry(fields);
    const name = readName(head);
    if (name !== undefined && this.#isEcho(entryId, name)) return false;
    // The readers here had it when it was published, or were none then.
    const isOthers = name?.from === this.#options.view || (readers !== undefined && !this.#isFor(readers, name));
    if (isOthers) this.#done(entryId);
    if (isOthers && name !== undefined) this.#seen.note(name.from, name.sequence, true);
    if (isOthers) return false;
    if (this.#unfinished.has(entryId)) return true; // claimed anew after the connection was lost, and still being worked on
    if (name !== undefined && this.#seen.has(name.from, name.sequence)) {
      this.#repeat(entryId, name, wasSentBefore);
      return !this.#hears;
    }
    const batch = this.#read(entryId, head, attachments);
    if (batch === undefined) return true;
    if (this.#isNew(batch, isLate)) {
      // Time and again, and nothing was heard: it seems that nothing is.
      this.#unheard += 1;
      if (this.#unheard > MOST_UNHEARD) this.#hears = false;
      this.#hand(entryId, batch);
    } else this.#repeat(entryId, batch, false);
    return !this.#hears;
  }

  /** A batch that may be in the stream as well, or come there later. False where it could not be taken: it has to be read. */
  push(payload: string): boolean {
    const isAlone = isUnlogged(payload);
    if (payload.startsWith(this.#own, isAlone ? 1 : 0)) return true;
    // Taken apart at once: nearly all that is pushed is the next one.
    const batch = payload.length > 0 ? this.#parse(payload) : undefined;
    if (batch === undefined) return false; // it will be passed over where it is read
    const { from, sequence } = batch;
    this.#unheard = 0;
    const last = this.#seen.lastOf(from) ?? 0;
    if (sequence <= last) {
      // It was read first; its publisher is to know that it could have been heard.
      this.#options.post.tell(from, { topic: this.#options.topic, sequence, taken: [], refused: [], heard: true });
      return (this.#hears = true);
    }
    // What came before it may be in the stream, and goes first.
    this.#hears = last > 0 && sequence === last + 1 && this.#ahead.size < MAX_AHEAD;
    if (!this.#hears) return false;
    this.#latest.batch = batch;
    this.#isNew(batch, false);
    if (batch.done !== undefined) this.#options.onDone(from, batch.done);
    this.#ahead.add(this.#hand(undefined, batch, isAlone));
    return true;
  }

  /** What has come. */
  get seen(): SeenSequences {
    return this.#seen;
  }

  /** Whether anything that came has not taken effect yet. */
  get isBusy(): boolean {
    return !this.#readings.isEmpty;
  }

  /** A reader here is through with the message. */
  settled(message: Envelope): void {
    const entry = this.#readings.settled(message);
    if (entry !== undefined) this.#finish(entry);
  }

  /** Whether a batch that is for those readers is still to take effect here. */
  #isFor(readers: readonly unknown[], name: BatchName | undefined): boolean {
    const { view, earlier } = this.#options;
    // A reader is a node, or where nobody is to see a message twice, one start of it.
    const isNamed = readers.includes(nodeOfView(view)) || readers.includes(view);
    return isNamed && (name === undefined || earlier?.has(name.from, name.sequence) !== true);
  }

  /** It was pushed before: now its id is known. */
  #isEcho(entryId: string, name: BatchName): boolean {
    const entry = this.#ahead.get(name);
    if (entry === undefined) return false;
    this.#ahead.delete(name);
    entry.id = entryId;
    if (entry.unfinished > 0) this.#unfinished.add(entryId);
    else this.#done(entryId);
    return true;
  }

  #parse(head: string): Batch | undefined {
    try {
      return readBatch(head, []);
    } catch {
      return undefined;
    }
  }

  #read(entryId: string, head: string, attachments: readonly Buffer[]): Batch | undefined {
    try {
      return readBatch(head, attachments);
    } catch (thrown) {
      this.#counts.malformed += 1;
      this.#options.log.warn(
        { topic: this.#options.topic, entry: entryId },
        `an entry was passed over: ${messageOf(thrown)}`,
      );
      this.#done(entryId);
      return undefined;
    }
  }

  #isNew({ from, sequence }: Batch, isLate: boolean): boolean {
    const arrival = this.#seen.note(from, sequence, isLate);
    if (!arrival.isNew) return false;
    const { missing, after } = arrival;
    this.#counts.missing += missing;
    const { log, topic } = this.#options;
    if (missing > 0) log.warn({ topic, from, after, missing }, `${missing} batches of ${from} have not come`);
    return true;
  }

  /** The publisher did not know that it had arrived; or, where it was pushed before, that it had taken effect. */
  #repeat(entryId: string, name: BatchName, wasSentBefore: boolean): void {
    const { from, sequence } = name;
    if (!wasSentBefore) this.#counts.duplicates += 1;
    this.#done(entryId);
    if (this.#open.get(name) === undefined) {
      this.#options.post.tell(from, { topic: this.#options.topic, sequence, taken: "all", refused: [] });
    }
  }

  #hand(entryId: string | undefined, batch: Batch, isUnlogged = false): OpenEntry {
    const { local, topic, effectsOnce } = this.#options;
    this.#counts.batches += 1;
    const { length } = batch.messages;
    const entry: OpenEntry = {
      id: entryId,
      name: { from: batch.from, sequence: batch.sequence },
      untaken: length,
      // One for the handing on itself: a handler may end one message while the next is not handed on yet.
      unfinished: effectsOnce ? 1 : 0,
      taken: [],
      refused: [],
      hasRefused: false,
      wasHeard: entryId === undefined,
      isUnlogged,
      isUntold: false,
    };
    this.#open.add(entry);
    if (entryId !== undefined) {
      if (effectsOnce) this.#unfinished.add(entryId);
      else this.#done(entryId);
    }
    batch.messages.forEach((message, place) => {
      // Counted message by message: the handler of one may close or open subscriptions.
      const readers = effectsOnce ? local.readersOf(topic) : 0;
      const wait = this.#readings.handOn(message, { entry, readers }, () => local.publish(topic, message));
      if (wait === undefined) this.#taken(entry, entry.taken, place);
      else {
        wait.then(
          () => this.#taken(entry, entry.taken, place),
          () => {
            entry.hasRefused = true;
            this.#taken(entry, entry.refused, place);
          },
        );
      }
    });
    if (effectsOnce) {
      entry.unfinished -= 1;
      this.#finish(entry);
    }
    return entry;
  }

  #taken(entry: OpenEntry, places: number[], place: number): void {
    entry.untaken -= 1;
    places.push(place);
    this.#tellSoon(entry);
  }

  #tellSoon(entry: OpenEntry): void {
    if (entry.isUntold) return;
    entry.isUntold = true;
    if (this.#untold.push(entry) > 1) return;
    // Most are taken at once, all of a batch together; and what was made of it goes out first.
    afterTurn(() => {
      const untold = this.#untold;
      this.#untold = [];
      for (const each of untold) this.#tell(each);
    });
  }

  #tell(entry: OpenEntry): void {
    entry.isUntold = false;
    const { from, sequence } = entry.name;
    const { topic, post } = this.#options;
    const areAll = entry.untaken === 0;
    const done = areAll && isDoneUnlogged(entry) ? true : undefined;
    if (done === true) this.#ahead.delete(entry.name);
    const heard = entry.wasHeard ? true : undefined;
    const taken = areAll && !entry.hasRefused ? "all" : entry.taken;
    post.tell(from, { topic, sequence, taken, refused: entry.refused, heard, done });
    entry.taken = [];
    entry.refused = [];
    if (areAll) this.#open.delete(entry.name);
  }

  #finish(entry: OpenEntry): void {
    if (isDoneUnlogged(entry)) this.#tellSoon(entry);
    // Of what was pushed the id comes later, or never.
    if (entry.unfinished > 0 || entry.id === undefined) return;
    this.#unfinished.delete(entry.id);
    this.#done(entry.id);
  }

  #done(entryId: string): void {
    this.#options.post.done(this.#options.stream, entryId);
  }
}
