// The promises of src/contracts/bus.ts as a suite that every bus must pass. Assumes neither that delivery happens before
// `publish` returns nor that a reader gets the very object that was published.
import { describe } from "vitest";
import { CHANNEL_NAMES } from "../../../src/contracts/channel.js";
import { type OpenBus, Scene } from "./bus-harness.js";
import { describeClosing, describeStopping } from "./closing-conformance.js";
import { describeDelivery } from "./delivery-conformance.js";
import { describeEngineLogic } from "./engine-logic-conformance.js";
import { describeMarketData } from "./market-data-conformance.js";
import { describeNeuralGpu } from "./neural-gpu-conformance.js";
import { describePayloads } from "./payload-conformance.js";

export function describeBus(name: string, open: OpenBus): void {
  describe(name, () => {
    const scene = Scene.ofSuite(open);
    for (const channel of CHANNEL_NAMES) {
      describe(channel, () => {
        describeDelivery(channel, scene);
        describePayloads(channel, scene);
        describeClosing(channel, scene);
      });
    }
    describeMarketData(scene);
    describeEngineLogic(scene);
    describeNeuralGpu(scene);
    describeStopping(open);
  });
}
