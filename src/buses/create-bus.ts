// Which bus carries a node's messages: within the process, or over Redis.
import type { Bus } from "../contracts/bus.js";
import type { Clock } from "../contracts/clock.js";
import type { Logger } from "../contracts/logger.js";
import type { ResolvedNodeOptions } from "../contracts/options.js";
import { createMemoryBus } from "./memory-bus.js";
import { createRedisBus } from "./redis-bus/redis-bus.js";

export interface BusParts {
  readonly nodeId: string;
  /** Tells this start of the node from every other. */
  readonly incarnation: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createBus(options: ResolvedNodeOptions, parts: BusParts): Bus {
  if (options.bus === "memory") return createMemoryBus();
  const { redisMarketData, redisEngineLogic, redisNeuralGpu, namespace, redisAtStart } = options;
  const urls = { marketData: redisMarketData, engineLogic: redisEngineLogic, neuralGpu: redisNeuralGpu };
  return createRedisBus({ ...parts, urls, namespace, atStart: redisAtStart });
}
