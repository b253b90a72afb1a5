// Values by number, where numbers ascend and most are taken out again soon after they were put in: what waits for an answer, say.
// Not a Map: V8 makes a new table for a map after every few changes, and an old table keeps the new one, and all that is in it,
// until the old generation is collected. So what passed through such a map long outlives its use. This table is made anew only
// where it grows.

const FIRST_SLOTS = 16;
/** Of the table; what has no place there, because others have been in it for long, is kept beside it. */
const MOST_SLOTS = 4096;

export class Numbered<T> {
  /** Each number has one place: its remainder. A power of two long, so that a mask finds it. */
  #values: (T | undefined)[] = new Array<T | undefined>(FIRST_SLOTS).fill(undefined);
  #numbers: number[] = new Array<number>(FIRST_SLOTS).fill(-1);
  readonly #beside = new Map<number, T>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): T | undefined {
    const place = number & (this.#numbers.length - 1);
    if (this.#numbers[place] === number) return this.#values[place];
    return this.#beside.size === 0 ? undefined : this.#beside.get(number);
  }

  /** @param number a whole one, not negative */
  set(number: number, value: T): void {
    let place = number & (this.#numbers.length - 1);
    while (!this.#isFor(place, number) && this.#numbers.length < MOST_SLOTS) {
      this.#grow();
      place = number & (this.#numbers.length - 1);
    }
    if (!this.#isFor(place, number) || this.#beside.has(number)) {
      if (!this.#beside.has(number)) this.#size += 1;
      this.#beside.set(number, value);
      return;
    }
    if (this.#numbers[place] === -1) this.#size += 1;
    this.#numbers[place] = number;
    this.#values[place] = value;
  }

  /** The value that it had. */
  delete(number: number): T | undefined {
    const place = number & (this.#numbers.length - 1);
    if (this.#numbers[place] === number) {
      const value = this.#values[place];
      this.#numbers[place] = -1;
      this.#values[place] = undefined;
      this.#size -= 1;
      return value;
    }
    if (this.#beside.size === 0) return undefined;
    const value = this.#beside.get(number);
    if (this.#beside.delete(number)) this.#size -= 1;
    return value;
  }

  /** By number, ascending. */
  entries(): [number: number, value: T][] {
    const found: [number, T][] = [...this.#beside];
    this.#numbers.forEach((number, place) => {
      if (number !== -1) found.push([number, this.#values[place] as T]);
    });
    return found.sort(([a], [b]) => a - b);
  }

  /** By number, ascending. */
  values(): T[] {
    return this.entries().map(([, value]) => value);
  }

  #isFor(place: number, number: number): boolean {
    const there = this.#numbers[place];
    return there === -1 || there === number;
  }

  /** To twice as many places, which no two of those that are there share: they did not share one of half as many. */
  #grow(): void {
    const [numbers, values] = [this.#numbers, this.#values];
    const slots = numbers.length * 2;
    this.#numbers = new Array<number>(slots).fill(-1);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
    numbers.forEach((number, old) => {
      if (number === -1) return;
      const place = number & (slots - 1);
      this.#numbers[place] = number;
      this.#values[place] = values[old];
    });
    // Nothing of it is to be kept by what is not used any more.
    values.fill(undefined);
  }
}
