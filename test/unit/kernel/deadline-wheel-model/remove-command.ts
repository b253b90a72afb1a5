import type fc from "fast-check";
import { expectPromiseKept, type RealWheel, type WheelModel } from "./wheel-model.js";

/** Removes an entry, which may be gone already. */
export class RemoveCommand implements fc.AsyncCommand<WheelModel, RealWheel> {
  constructor(readonly which: number) {}

  check({ entries }: Readonly<WheelModel>): boolean {
    return entries.length > 0;
  }

  async run(model: WheelModel, real: RealWheel): Promise<void> {
    const entry = model.entries[this.which % model.entries.length]!;
    if (entry.isWaiting) entry.isOut = true;
    real.wheel.remove(entry);
    expectPromiseKept(model, real);
  }

  toString(): string {
    return `remove(${this.which})`;
  }
}
