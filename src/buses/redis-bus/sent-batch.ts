// Messages that were sent together, until every reader has taken each of them or refused it.
import { NautilusError } from "../../contracts/errors.js";
import type { Priority } from "../../contracts/priority.js";
import type { WireMessage } from "./wire.js";

export interface Outgoing {
  readonly wire: WireMessage;
  readonly priority: Priority;
  readonly taken: () => void;
  readonly refused: (error: NautilusError) => void;
}

/** What a reader's view tells of one batch: all of it, or the places of some of its messages. */
export interface Ack {
  readonly topic: string;
  readonly sequence: number;
  readonly taken: readonly number[] | "all";
  readonly refused: readonly number[];
  /** It came by a push. */
  readonly heard?: boolean | undefined;
  /** All effects of it are done there: that reader will never ask for it. */
  readonly done?: boolean | undefined;
}

/** Views of which each takes the place of the one before are one reader. */
export type ReaderOf = (view: string) => string;

/** What is larger is read from the stream alone: sent twice it would take longer. */
const MAX_PUSHED_BYTES = 64 * 1024;

/** Whether so much may be pushed: it has no arrays, and is small. */
export function isSmall({ isBare, bytes }: Pick<SentBatch, "isBare" | "bytes">): boolean {
  return isBare && bytes <= MAX_PUSHED_BYTES;
}

const itself: ReaderOf = (view) => view;

const NOBODY: ReadonlySet<string> = new Set();

export class SentBatch {
  readonly bytes: number;
  /** Nothing of it is in arrays beside it. */
  readonly isBare: boolean;
  /** Of the stream entry; undefined until the server has it. */
  entryId: string | undefined;
  /** Whoever listens was given it, and nobody else: it goes to the stream where that is not enough. */
  isPushed = false;
  /** How often it was sent. */
  sendings = 0;
  /** On `Clock.nowMs`, of the last sending. */
  sentMs = 0;
  /** By place; undefined once it had its end. */
  readonly #open: (Outgoing | undefined)[];
  #left: number;
  #expected: ReadonlySet<string> | undefined;
  /** Who was to take it when it was sent. */
  #readers: ReadonlySet<string> | undefined;
  #absent: ReadonlySet<string> = NOBODY;
  readonly #acked = new Map<string, Set<number> | "all">();
  /** Views whose effects are done. */
  readonly #done = new Set<string>();

  constructor(
    readonly topic: string,
    readonly sequence: number,
    readonly messages: readonly Outgoing[],
  ) {
    this.#open = [...messages];
    this.#left = messages.length;
    let [bytes, arrays] = [0, 0];
    for (const { wire } of messages) {
      bytes += wire.bytes;
      arrays += wire.arrays.length;
    }
    this.bytes = bytes;
    this.isBare = arrays === 0;
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Nothing is left to be done about it: it is over, and whoever may yet need it can read it. */
  get isFinished(): boolean {
    return this.isOver && (!this.isPushed || this.entryId !== undefined || this.#isDone);
  }

  /** Whom it is for, those among them who are away; undefined where that is not known. */
  get readers(): readonly string[] | undefined {
    return this.#readers && [...this.#readers, ...this.#absent];
  }

  /** They are away, and will look for it in the stream. */
  keepFor(absent: ReadonlySet<string>): void {
    this.#absent = absent;
  }

  get #isDone(): boolean {
    if (this.#expected === undefined || this.#absent.size > 0) return false;
    for (const view of this.#expected) if (!this.#done.has(view)) return false;
    return true;
  }

  /**
   * Who is to take it, in place of who was: none but the readers of the first time, as those who came later do not get it.
   * @param views kept, and not to be changed
   */
  expect(views: ReadonlySet<string>, readerOf: ReaderOf = itself): void {
    const readers = this.#readers;
    if (readers === undefined) {
      const first = new Set<string>();
      for (const view of views) first.add(readerOf(view));
      this.#readers = first;
      this.#expected = views;
    } else this.#expected = new Set([...views].filter((view) => readers.has(readerOf(view))));
    this.#settle();
  }

  acknowledge(view: string, { taken, refused, done = false }: Ack): void {
    if (done) this.#done.add(view);
    if (taken === "all") this.#acked.set(view, "all");
    else this.#acknowledgeSome(view, [...taken, ...refused]);
    for (const place of refused) {
      const message = "a reader of it is full, and so is the list of those who wait for it";
      this.#end(place)?.refused(new NautilusError("OVERLOADED", `${this.topic}: ${message}`));
    }
    this.#settle();
  }

  #acknowledgeSome(view: string, places: readonly number[]): void {
    const acked = this.#ackedBy(view);
    if (acked === "all") return;
    for (const place of places) if (place < this.messages.length) acked.add(place);
    if (acked.size >= this.messages.length) this.#acked.set(view, "all");
  }

  fail(error: NautilusError): void {
    this.isPushed = false;
    for (let place = 0; place < this.messages.length; place += 1) this.#end(place)?.refused(error);
  }

  #ackedBy(view: string): Set<number> | "all" {
    let acked = this.#acked.get(view);
    if (acked === undefined) this.#acked.set(view, (acked = new Set()));
    return acked;
  }

  #settle(): void {
    const expected = this.#expected;
    if (expected === undefined) return;
    const partial: Set<number>[] = [];
    for (const view of expected) {
      const acked = this.#acked.get(view);
      if (acked === undefined) return;
      if (acked !== "all") partial.push(acked);
    }
    for (let place = 0; place < this.messages.length; place += 1) {
      if (partial.every((acked) => acked.has(place))) this.#end(place)?.taken();
    }
  }

  #end(place: number): Outgoing | undefined {
    const outgoing = this.#open[place];
    if (outgoing === undefined) return undefined;
    this.#open[place] = undefined;
    this.#left -= 1;
    return outgoing;
  }
}
