// A first-in-first-out ring with a fixed greatest length. What happens when it is full is its owner's policy.
import { assert } from "./assert.js";

export class BoundedQueue<T> {
  #items: (T | undefined)[];
  #head = 0;
  #length = 0;

  constructor(readonly capacity: number) {
    assert(Number.isInteger(capacity) && capacity >= 1, `queue capacity must be a positive integer, not ${capacity}`);
    this.#items = new Array<T | undefined>(Math.min(16, capacity));
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

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#items[this.#head];
  }

  /** Replaces the first item that matches, in its place; false when none does. */
  replace(matches: (item: T) => boolean, item: T): boolean {
    for (let offset = 0; offset < this.#length; offset += 1) {
      const slot = this.#slot(offset);
      if (!matches(this.#items[slot] as T)) continue;
      this.#items[slot] = item;
      return true;
    }
    return false;
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

  #slot(offset: number): number {
    return (this.#head + offset) % this.#items.length;
  }

  #grow(): void {
    const grown = new Array<T | undefined>(Math.min(this.capacity, this.#items.length * 2));
    for (let offset = 0; offset < this.#length; offset += 1) grown[offset] = this.#items[this.#slot(offset)];
    this.#items = grown;
    this.#head = 0;
  }
}
