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
}

/** Views of which each takes the place of the one before are one reader. */
export type ReaderOf = (view: string) => string;

const itself: ReaderOf = (view) => view;

export class SentBatch {
  readonly bytes: number;
  /** Nothing of it is in arrays beside it. */
  readonly isBare: boolean;
  /** Of the stream entry; undefined until the server has it. */
  entryId: string | undefined;
  /** On `Clock.nowMs`, of the last sending. */
  sentMs = 0;
  /** By place; undefined once it had its end. */
  readonly #open: (Outgoing | undefined)[];
  #left: number;
  #expected: ReadonlySet<string> | undefined;
  /** Who was to take it when it was sent. */
  #readers: ReadonlySet<string> | undefined;
  readonly #acked = new Map<string, Set<number> | "all">();

  constructor(
    readonly topic: string,
    readonly sequence: number,
    readonly messages: readonly Outgoing[],
  ) {
    this.#open = [...messages];
    this.#left = messages.length;
    this.isBare = messages.every(({ wire }) => wire.arrays.length === 0);
    this.bytes = messages.reduce((sum, { wire }) => sum + wire.bytes, 0);
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Views that have not told of every message. */
  get outstanding(): readonly string[] {
    return [...(this.#expected ?? [])].filter((view) => this.#acked.get(view) !== "all");
  }

  /** Who is to take it, in place of who was: none but the readers of the first time, as those who came later do not get it. */
  expect(views: ReadonlySet<string>, readerOf: ReaderOf = itself): void {
    const readers = (this.#readers ??= new Set([...views].map(readerOf)));
    this.#expected = new Set([...views].filter((view) => readers.has(readerOf(view))));
    this.#settle();
  }

  acknowledge(view: string, { taken, refused }: Ack): void {
    const acked = this.#ackedBy(view);
    if (taken === "all") this.#acked.set(view, "all");
    else if (acked !== "all") {
      for (const place of [...taken, ...refused]) if (place < this.messages.length) acked.add(place);
    }
    for (const place of refused) {
      const message = "a reader of it is full, and so is the list of those who wait for it";
      this.#end(place)?.refused(new NautilusError("OVERLOADED", `${this.topic}: ${message}`));
    }
    if (acked !== "all" && acked.size >= this.messages.length) this.#acked.set(view, "all");
    this.#settle();
  }

  fail(error: NautilusError): void {
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
