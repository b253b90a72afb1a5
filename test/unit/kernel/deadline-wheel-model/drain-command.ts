import type fc from "fast-check";
import { expect } from "vitest";
import { expectPromiseKept, type RealWheel, type WheelModel } from "./wheel-model.js";

export class DrainCommand implements fc.AsyncCommand<WheelModel, RealWheel> {
  check(): boolean {
    return true;
  }

  async run(model: WheelModel, real: RealWheel): Promise<void> {
    const waiting = model.entries.filter((entry) => entry.isWaiting);
    const drained = real.wheel.drain();
    expect(drained).toHaveLength(waiting.length);
    expect(new Set(drained)).toEqual(new Set(waiting));
    for (const entry of waiting) entry.isOut = true;
    expectPromiseKept(model, real);
  }

  toString(): string {
    return "drain()";
  }
}
