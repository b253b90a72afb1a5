// Messages that are handed on to readers here and have not taken effect with all of them, and the batch that each came with.
import type { Envelope } from "../../contracts/envelope.js";
import type { OpenEntry } from "./open-entry.js";

interface Reading {
  readonly entry: OpenEntry;
  /** Readers who are not through with it. */
  left: number;
}

export interface Handing {
  readonly entry: OpenEntry;
  /** Who are to get it, where it counts what becomes of it. */
  readonly readers: number;
}

export class Readings {
  /** Being handed on: most have taken effect before that is over, and are never listed. */
  #handing: { readonly message: Envelope; readonly reading: Reading } | undefined;
  readonly #listed = new Map<Envelope, Reading>();

  get isEmpty(): boolean {
    return this.#listed.size === 0;
  }

  /** Counts so many readers for the entry, and hands the message on. */
  handOn<T>(message: Envelope, { entry, readers }: Handing, hand: () => T): T {
    if (readers === 0) return hand();
    entry.unfinished += readers;
    const reading = { entry, left: readers };
    this.#handing = { message, reading };
    const handed = hand();
    this.#handing = undefined;
    if (reading.left > 0) this.#listed.set(message, reading);
    return handed;
  }

  /** One reader is through with the message. The entry that it came with, where that counts its readers. */
  settled(message: Envelope): OpenEntry | undefined {
    const isHanding = this.#handing?.message === message;
    const reading = isHanding ? this.#handing?.reading : this.#listed.get(message);
    if (reading === undefined) return undefined;
    reading.left -= 1;
    if (reading.left === 0 && !isHanding) this.#listed.delete(message);
    reading.entry.unfinished -= 1;
    return reading.entry;
  }
}
