import type fc from "fast-check";
import { expectPromiseKept, WatchedEntry, type RealWheel, type WheelModel } from "./wheel-model.js";

/** Adds an entry, which when it expires may add another. */
export class AddCommand implements fc.AsyncCommand<WheelModel, RealWheel> {
  constructor(
    readonly inMs: number,
    readonly childInMs: number | undefined,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: WheelModel, real: RealWheel): Promise<void> {
    const add = (inMs: number, onExpire?: () => void): void => {
      const entry = new WatchedEntry(real.clock.nowMs() + inMs, real, onExpire);
      model.entries.push(entry);
      real.wheel.add(entry, entry.deadlineMs);
    };
    const { childInMs } = this;
    add(this.inMs, childInMs === undefined ? undefined : () => add(childInMs));
    expectPromiseKept(model, real);
  }

  toString(): string {
    return `add(${this.inMs}${this.childInMs === undefined ? "" : `, then ${this.childInMs}`})`;
  }
}
