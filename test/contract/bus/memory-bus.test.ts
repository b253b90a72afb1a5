import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import { describeBus } from "./bus-conformance.js";

describeBus("createMemoryBus", async () => {
  const bus = createMemoryBus();
  await bus.start();
  return { bus, close: () => bus.stop() };
});
