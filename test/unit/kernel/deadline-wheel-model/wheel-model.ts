// The wheel as a plain list of entries, and the entry that both sides share.
import { expect } from "vitest";
import { Expiring, type DeadlineWheel } from "../../../../src/kernel/deadline-wheel.js";
import type { VirtualClock } from "../../../../src/kernel/virtual-clock.js";

/** The wheel's promise: expiry comes at most this long after the deadline. */
export const SLOT_MS = 4;

export interface RealWheel {
  readonly wheel: DeadlineWheel;
  readonly clock: VirtualClock;
}

export interface WheelModel {
  /** Everything that was ever added, in that order. */
  readonly entries: WatchedEntry[];
}

export class WatchedEntry extends Expiring {
  readonly addedMs: number;
  readonly expiries: number[] = [];
  /** Taken out, so that it must not expire any more. */
  isOut = false;

  constructor(
    readonly deadlineMs: number,
    readonly real: RealWheel,
    readonly onExpire: (entry: WatchedEntry) => void = () => undefined,
  ) {
    super();
    this.addedMs = real.clock.nowMs();
  }

  get isWaiting(): boolean {
    return !this.isOut && this.expiries.length === 0;
  }

  override expire(): void {
    this.expiries.push(this.real.clock.nowMs());
    this.onExpire(this);
  }
}

/** Holds after every command. */
export function expectPromiseKept({ entries }: WheelModel, { wheel, clock }: RealWheel): void {
  const nowMs = clock.nowMs();
  for (const { deadlineMs, addedMs, expiries, isOut, isWaiting } of entries) {
    const latestMs = Math.max(deadlineMs, addedMs) + SLOT_MS;
    expect(expiries.length).toBeLessThanOrEqual(isOut ? 0 : 1);
    for (const expiredMs of expiries) {
      expect(expiredMs).toBeGreaterThanOrEqual(deadlineMs);
      expect(expiredMs).toBeLessThanOrEqual(latestMs);
    }
    if (isWaiting) expect(nowMs).toBeLessThanOrEqual(latestMs);
  }
  expect(wheel.length).toBe(entries.filter((entry) => entry.isWaiting).length);
  expect(clock.pending).toBeLessThanOrEqual(1);
}
