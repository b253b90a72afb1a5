// A binary heap of small integers by ascending key, on typed arrays. An item may stand in it several times.

export class MinHeap {
  #items: Int32Array;
  #keys: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#items = new Int32Array(Math.max(capacity, 16));
    this.#keys = new Float64Array(Math.max(capacity, 16));
  }

  get size(): number {
    return this.#size;
  }

  /** Key of the least item; meaningless when empty. */
  get leastKey(): number {
    return this.#keys[0]!;
  }

  clear(): void {
    this.#size = 0;
  }

  push(item: number, key: number): void {
    if (this.#size === this.#items.length) this.#grow();
    const items = this.#items;
    const keys = this.#keys;
    let slot = this.#size++;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (keys[parent]! <= key) break;
      items[slot] = items[parent]!;
      keys[slot] = keys[parent]!;
      slot = parent;
    }
    items[slot] = item;
    keys[slot] = key;
  }

  /** Takes out the least item; the heap must not be empty. */
  pop(): number {
    const items = this.#items;
    const keys = this.#keys;
    const least = items[0]!;
    const size = --this.#size;
    const item = items[size]!;
    const key = keys[size]!;
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child += 1;
      if (keys[child]! >= key) break;
      items[slot] = items[child]!;
      keys[slot] = keys[child]!;
      slot = child;
    }
    items[slot] = item;
    keys[slot] = key;
    return least;
  }

  #grow(): void {
    const items = new Int32Array(this.#items.length * 2);
    const keys = new Float64Array(this.#keys.length * 2);
    items.set(this.#items);
    keys.set(this.#keys);
    this.#items = items;
    this.#keys = keys;
  }
}
