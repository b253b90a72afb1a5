// Wires the bridge to a node: which of its products the options mean, where they go, and how what comes in reaches its engines.
import { Bridge } from "../buses/bridge/bridge.js";
import { isMeant, planBridge } from "../buses/bridge/bridge-routes.js";
import type { Clock } from "../contracts/clock.js";
import type { Logger } from "../contracts/logger.js";
import type { ResolvedNodeOptions } from "../contracts/options.js";
import type { DeclaredProducts } from "./hosting.js";
import type { Streams } from "./streams.js";

export interface BridgingParts {
  readonly options: ResolvedNodeOptions;
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly products: DeclaredProducts;
  readonly streams: () => Pick<Streams, "takeIn">;
  /** Whether the node is of this network, and there. */
  readonly isMember: (nodeId: string) => boolean;
}

/**
 * Undefined where nothing is bridged.
 * @throws NautilusError INVALID_INPUT for a product that would go both ways
 */
export function createBridging(parts: BridgingParts): Bridge | undefined {
  const { options, nodeId, clock, log, products, streams, isMember } = parts;
  const { bridge: patterns, namespace, redisAtStart } = options;
  const plan = planBridge(
    patterns,
    products.streams.map(({ product }) => product),
  );
  for (const pattern of plan.unmatched) log.warn({ bridge: pattern }, `bridge: ${whyUnmatched(pattern, products)}`);
  if (plan.routes.length === 0) return undefined;
  const { redisMarketData, redisEngineLogic, redisNeuralGpu } = options;
  return new Bridge({
    routes: plan.routes,
    urls: { marketData: redisMarketData, engineLogic: redisEngineLogic, neuralGpu: redisNeuralGpu },
    namespace,
    nodeId,
    atStart: redisAtStart,
    clock,
    log,
    takeIn: (product, message) => streams().takeIn(product, message),
    isOwn: (source) => isMember(source.slice(source.lastIndexOf("@") + 1)),
  });
}

function whyUnmatched(pattern: string, { all, streams }: DeclaredProducts): string {
  const meant = all.filter((product) => isMeant(pattern, product)).map(({ key }) => key);
  if (meant.length > 0) return `${pattern} means ${meant.join(", ")}: made on request, never published as a stream`;
  const there = streams.map(({ product }) => product.key);
  return `${pattern} means no product of these engines; streams are ${there.join(", ") || "none"}`;
}
