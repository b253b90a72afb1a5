// Deadlines without a timer each: a hashed wheel of intrusive lists, O(1) to add and to remove, with one timer for all.
// (Varghese and Lauck 1987, "Hashed and hierarchical timing wheels", scheme 6.)
import type { Clock, TimerHandle } from "../contracts/clock.js";

const SLOT_MS = 4;
/** A power of two: a mask wraps it. */
const SLOTS = 1024;
/** The timer never waits longer: beyond 2^31 ms a real one fires at once. */
const ROTATION_MS = SLOT_MS * SLOTS;

/** Something with a deadline. The wheel owns the linking fields. */
export abstract class Expiring {
  /** Called once, at most one slot (4 ms) after it is due and never before, unless removed before. */
  abstract expire(): void;

  /** @internal A slot number, not modulo: a small integer, where a time would be a number of its own on the heap. */
  wheelDue = 0;
  /** @internal */ wheelSlot = -1;
  /** @internal */ wheelNext: Expiring | undefined = undefined;
  /** @internal */ wheelPrevious: Expiring | undefined = undefined;
}

export class DeadlineWheel {
  readonly #clock: Clock;
  readonly #slots = new Array<Expiring | undefined>(SLOTS).fill(undefined);
  #length = 0;
  /** The last slot number (not modulo) that was swept. */
  #swept: number;
  #timer: TimerHandle | undefined;
  #timerSlot = Infinity;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#swept = Math.floor(clock.nowMs() / SLOT_MS);
  }

  get length(): number {
    return this.#length;
  }

  /** `dueMs`: on `Clock.nowMs`; Infinity for never. */
  add(entry: Expiring, dueMs: number): void {
    const due = Math.max(Math.ceil(dueMs / SLOT_MS), this.#swept + 1);
    entry.wheelDue = due;
    const slot = due & (SLOTS - 1); // without a deadline (Infinity): anywhere, never due
    const head = this.#slots[slot];
    entry.wheelSlot = slot;
    entry.wheelPrevious = undefined;
    entry.wheelNext = head;
    if (head !== undefined) head.wheelPrevious = entry;
    this.#slots[slot] = entry;
    this.#length += 1;
    if (due < this.#timerSlot) this.#arm(due);
  }

  /** Harmless for an entry that is not in the wheel. */
  remove(entry: Expiring): void {
    if (entry.wheelSlot < 0) return;
    const { wheelNext, wheelPrevious } = entry;
    if (wheelNext !== undefined) wheelNext.wheelPrevious = wheelPrevious;
    if (wheelPrevious !== undefined) wheelPrevious.wheelNext = wheelNext;
    else this.#slots[entry.wheelSlot] = wheelNext;
    entry.wheelSlot = -1;
    entry.wheelNext = undefined;
    entry.wheelPrevious = undefined;
    this.#length -= 1;
  }

  /** Takes everything out, unexpired. */
  drain(): Expiring[] {
    const all: Expiring[] = [];
    for (let slot = 0; slot < SLOTS; slot += 1) {
      for (let entry = this.#slots[slot]; entry !== undefined; entry = entry.wheelNext) all.push(entry);
    }
    for (const entry of all) this.remove(entry);
    return all;
  }

  /** Stops the timer for good; what is in the wheel stays there unexpired. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerSlot = Infinity;
  }

  #arm(slot: number): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timerSlot = slot;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#sweep();
      },
      Math.min(slot * SLOT_MS - this.#clock.nowMs(), ROTATION_MS),
    );
  }

  #sweep(): void {
    this.#timer = undefined;
    this.#timerSlot = Infinity;
    const nowMs = this.#clock.nowMs();
    const until = Math.floor(nowMs / SLOT_MS);
    let slot = Math.max(this.#swept + 1, until - SLOTS + 1);
    try {
      for (; slot <= until; slot += 1) {
        this.#swept = slot;
        this.#expireDue(slot);
      }
    } finally {
      // After a throw the rest of the slot is still to be swept.
      this.#swept = slot - 1;
      this.#armNext();
    }
  }

  #expireDue(slot: number): void {
    const due: Expiring[] = [];
    for (let entry = this.#slots[slot % SLOTS]; entry !== undefined; entry = entry.wheelNext) {
      if (entry.wheelDue <= slot) due.push(entry);
    }
    for (const entry of due) {
      if (entry.wheelSlot < 0) continue; // removed by the expiry of another
      this.remove(entry);
      entry.expire();
    }
  }

  #armNext(): void {
    if (this.#length === 0) return;
    for (let ahead = 1; ahead <= SLOTS; ahead += 1) {
      const slot = this.#swept + ahead;
      if (this.#slots[slot % SLOTS] === undefined) continue;
      if (slot < this.#timerSlot) this.#arm(slot);
      return;
    }
  }
}
