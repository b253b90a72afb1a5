// What a node has of a network over Redis, without membership: its bus, and what stamps its messages.
import { createRedisBus, type RedisBus } from "../../src/buses/redis-bus/redis-bus.js";
import type { Envelope } from "../../src/contracts/envelope.js";
import type { Ids } from "../../src/contracts/ids.js";
import { createEnvelopeFactory } from "../../src/kernel/envelope-factory.js";
import { createIds } from "../../src/kernel/ids.js";
import { createRandom } from "../../src/kernel/seeded-random.js";
import { systemClock } from "../../src/kernel/system-clock.js";
import { quiet } from "./routed-engines.js";

export interface RedisNode {
  readonly nodeId: string;
  readonly bus: RedisBus;
  readonly clock: typeof systemClock;
  readonly ids: Ids;
  readonly log: typeof quiet;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
}

export async function startRedisNode(nodeId: string, url: string): Promise<RedisNode> {
  const ids = createIds(createRandom(nodeId), nodeId);
  const envelopes = createEnvelopeFactory({ nodeId, incarnation: 1, clock: systemClock, ids });
  const bus = createRedisBus({
    urls: { marketData: url, engineLogic: url, neuralGpu: url },
    namespace: "bench",
    nodeId,
    incarnation: "1",
    clock: systemClock,
    log: quiet,
    atStart: "fail",
  });
  await bus.start();
  return {
    nodeId,
    bus,
    clock: systemClock,
    ids,
    log: quiet,
    createEnvelope: (topic, type, data) => envelopes.create(type, data, { topic }),
  };
}
