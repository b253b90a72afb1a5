// A first-in-first-out ring with a fixed greatest length. What happens when it is full is its owner's policy.
import { assert } from "./assert.js";

const FIRST_SLOTS = 16;

export class BoundedQueue<T> {
  /** A power of two long, so that a mask wraps. */
  #items: (T | undefined)[] = new Array<T | undefined>(FIRST_SLOTS);
  #head = 0;
  #length = 0;

  constructor(readonly capacity: number) {
    assert(Number.isInteger(capacity) && capacity >= 1, `queue capacity must be a positive integer, not ${capacity}`);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.capacity;
  }

  /** False, and nothing changed, when full. */
  push(item: T): boolean {
    if (this.isFull) return false;
    if (this.#length === this.#items.length) this.#grow();
    this.#items[this.#slot(this.#length)] = item;
    this.#length += 1;
    return true;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = this.#slot(1);
    this.#length -= 1;
    return item;
  }

  /** Replaces the newest item that matches, in its place; false when none does. */
  replace(matches: (item: T) => boolean, item: T): boolean {
    const offset = this.#newest(matches);
    if (offset < 0) return false;
    this.#items[this.#slot(offset)] = item;
    return true;
  }

  /** Takes out the newest item that matches; the order of the rest stays. */
  remove(matches: (item: T) => boolean): T | undefined {
    const offset = this.#newest(matches);
    if (offset < 0) return undefined;
    const item = this.#items[this.#slot(offset)];
    for (let after = offset + 1; after < this.#length; after += 1) {
      this.#items[this.#slot(after - 1)] = this.#items[this.#slot(after)];
    }
    this.#length -= 1;
    this.#items[this.#slot(this.#length)] = undefined;
    return item;
  }

  /** Takes out and returns everything that matches, oldest first; the order of the rest stays. */
  extract(matches: (item: T) => boolean): T[] {
    const out: T[] = [];
    const count = this.#length;
    for (let index = 0; index < count; index += 1) {
      const item = this.shift() as T;
      if (matches(item)) out.push(item);
      else this.push(item);
    }
    return out;
  }

  /** Empties the queue, oldest first. */
  drain(): T[] {
    return this.extract(() => true);
  }

  /** What is in the queue, oldest first. */
  toArray(): T[] {
    return Array.from({ length: this.#length }, (_, offset) => this.#items[this.#slot(offset)] as T);
  }

  #newest(matches: (item: T) => boolean): number {
    let offset = this.#length - 1;
    while (offset >= 0 && !matches(this.#items[this.#slot(offset)] as T)) offset -= 1;
    return offset;
  }

  #slot(offset: number): number {
    return (this.#head + offset) & (this.#items.length - 1);
  }

  #grow(): void {
    const ordered = this.toArray();
    this.#items = new Array<T | undefined>(this.#items.length * 2);
    for (const [index, item] of ordered.entries()) this.#items[index] = item;
    this.#head = 0;
  }
}
