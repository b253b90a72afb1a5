import { afterAll, beforeAll } from "vitest";
import { createRedisBus, type RedisBus } from "../../../src/buses/redis-bus/redis-bus.js";
import { systemClock } from "../../../src/kernel/system-clock.js";
import { createLogger } from "../../../src/kernel/pino-logger.js";
import { REDIS, RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { describeBus } from "./bus-conformance.js";

let server: RedisServer;
let buses = 0;

async function open(nodeId: string, namespace: string): Promise<RedisBus> {
  const { url } = server;
  const bus = createRedisBus({
    urls: { marketData: url, engineLogic: url, neuralGpu: url },
    namespace,
    nodeId,
    incarnation: "1",
    clock: systemClock,
    log: createLogger("silent"),
  });
  await bus.start();
  return bus;
}

describeWith(REDIS, "the Redis bus", () => {
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  describeBus("within one process", async () => {
    const bus = await open("a", `test-${(buses += 1)}`);
    return { bus, ready: () => bus.settled(), close: () => bus.stop() };
  });

  describeBus("between two", async () => {
    const namespace = `test-${(buses += 1)}`;
    const [bus, second] = [await open("a", namespace), await open("b", namespace)];
    return {
      bus,
      second,
      ready: () => bus.settled(),
      close: async () => {
        await bus.stop();
        await second.stop();
      },
    };
  });
});
