import type fc from "fast-check";
import { expectPromiseKept, type RealWheel, type WheelModel } from "./wheel-model.js";

export class AdvanceCommand implements fc.AsyncCommand<WheelModel, RealWheel> {
  constructor(readonly ms: number) {}

  check(): boolean {
    return true;
  }

  async run(model: WheelModel, real: RealWheel): Promise<void> {
    await real.clock.advance(this.ms);
    expectPromiseKept(model, real);
  }

  toString(): string {
    return `advance(${this.ms})`;
  }
}
