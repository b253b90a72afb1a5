// Several node processes over one Redis server, as one network.
import type { SystemStatus } from "../../../src/contracts/views/status.js";
import { RedisServer } from "../../support/redis-server.js";
import { startNode, type NodeProcess } from "../support/node-process.js";

export const HEARTBEAT_MS = 1000;
const FEW_SERIES = ["--speed", "max", "--universe", "8"];
const PATIENCE_MS = 30_000;
const LOOK_MS = 50;

export const DATA_ENGINES = ["IBKR_KEEPALIVE_ENGINE", "FACTOR_ENGINE"];
export const MODEL_ENGINES = ["FEATURES_ENGINE", "ML_ENGINE"];
export const PORTFOLIO_ENGINES = ["RISK_ENGINE", "QUANTUM_PORTFOLIO_ENGINE", "COLLATERAL_ENGINE"];

export function redisArgs(url: string): readonly string[] {
  const servers = ["market-data", "engine-logic", "neural-gpu"].flatMap((channel) => [`--redis-${channel}`, url]);
  return ["--bus", "redis", ...servers];
}

export class Network {
  readonly nodes = new Map<string, NodeProcess>();

  private constructor(readonly redis: RedisServer) {}

  static async start(): Promise<Network> {
    return new Network(await RedisServer.start());
  }

  async add(nodeId: string, engines: readonly string[], args: readonly string[] = []): Promise<NodeProcess> {
    const own = ["--node-id", nodeId, "--engines", engines.join(","), "--heartbeat-interval-ms", String(HEARTBEAT_MS)];
    const node = await startNode([...redisArgs(this.redis.url), ...own, ...FEW_SERIES, "--log-level", "warn", ...args]);
    this.nodes.set(nodeId, node);
    return node;
  }

  /** Resolves when every node sees all of these alive and can reach the goal. */
  async converged(nodeIds: readonly string[] = [...this.nodes.keys()]): Promise<void> {
    for (const [nodeId, node] of this.nodes) {
      await until(`${nodeId} sees ${nodeIds.join(", ")}`, async () => {
        const status = await node.status();
        return nodeIds.every((other) => isAlive(status, other)) && (await isReady(node));
      });
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.nodes.values()].map(({ program }) => program.remove()));
    await this.redis.stop();
  }
}

export function isAlive({ nodes }: SystemStatus, nodeId: string): boolean {
  return nodes.some((node) => node.nodeId === nodeId && node.status === "alive");
}

async function isReady(node: NodeProcess): Promise<boolean> {
  return (await node.fetch("/ready?workflow=portfolio_optimization")).status === 200;
}

/** Looks until it holds; fails with what was waited for. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = PATIENCE_MS): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > withinMs) throw new Error(`never came true within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return performance.now() - began;
}
