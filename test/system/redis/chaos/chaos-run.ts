// A network of processes over Redis under load, and faults drawn from a seed: what was accepted ends exactly once, effects are done
// once, and afterwards all see the same.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { RedisServer } from "../../../support/redis-server.js";
import { TcpProxy } from "../../../support/tcp-proxy.js";
import { Accounts, type Totals } from "./accounts.js";
import { ChaosNode } from "./chaos-node.js";
import { FAULTS } from "./faults.js";
import type { View } from "./node-program.js";

export interface ChaosOptions {
  readonly seed: number;
  readonly faults: number;
  readonly say?: (line: string) => void;
}

export interface ChaosReport extends Totals {
  /** By name, how often it struck. */
  readonly struck: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** From when every connection was back until all saw the same; undefined where they never did. */
  readonly convergedMs: number | undefined;
}

export const HEARTBEAT_MS = 1_000;
const NODES = ["a", "b", "c"];
/** Requests of each kind under way at each node. */
const LANES = 2;
const BETWEEN_REQUESTS_MS = 10;
const MOST_AT_ONCE = 2;
const CONVERGE_LIMIT_MS = 30_000;
const LOOK_MS = 50;

export async function runChaos({ seed, faults, say = () => undefined }: ChaosOptions): Promise<ChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), "nautilus-chaos-"));
  const ledger = join(folder, "ledger.txt");
  writeFileSync(ledger, "");
  const accounts = new Accounts();
  const redis = await RedisServer.start({ keepsData: true });
  const proxies = await Promise.all(NODES.map(() => TcpProxy.start(redis.port)));
  const nodes = NODES.map((nodeId, index) => {
    const proxy = proxies[index]!;
    const options = { nodeId, redisUrl: proxy.url, heartbeatIntervalMs: HEARTBEAT_MS, ledger };
    return new ChaosNode(options, proxy, accounts);
  });
  try {
    await Promise.all(nodes.map((node) => node.start()));
    await converge(nodes);
    const load = new Load(nodes);
    const struck = await strikeAll({ redis, nodes, seed, faults, say });
    await load.stop();
    // One more outage, of all at once: none of them goes by a connection that is dead without its knowing.
    for (const proxy of proxies) proxy.cut();
    await pause(LOOK_MS);
    const convergedMs = await converge(nodes);
    return { ...accounts.totals(ledger), struck, failures: accounts.failures(), convergedMs };
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Strikes extends Required<ChaosOptions> {
  readonly redis: RedisServer;
  readonly nodes: readonly ChaosNode[];
}

/** A few at a time, so that they overlap. */
async function strikeAll({ redis, nodes, seed, faults, say }: Strikes): Promise<Record<string, number>> {
  const random = createRandom(seed);
  const struck: Record<string, number> = {};
  const under = new Set<Promise<void>>();
  for (let count = 1; count <= faults; count += 1) {
    const fault = FAULTS[random.integer(FAULTS.length)]!;
    struck[fault.name] = (struck[fault.name] ?? 0) + 1;
    say(`${count}/${faults} ${fault.name}`);
    const strike = fault.strike({ redis, nodes, random: random.fork(String(count)) });
    const undone = strike.finally(() => under.delete(undone));
    under.add(undone);
    await pause(random.integer(400));
    while (under.size >= MOST_AT_ONCE) await Promise.race(under);
  }
  await Promise.all(under);
  return struck;
}

class Load {
  readonly #lanes: readonly Promise<void>[];
  #isOver = false;

  constructor(nodes: readonly ChaosNode[]) {
    this.#lanes = nodes.flatMap((node) =>
      (["double", "book"] as const).flatMap((kind) =>
        Array.from({ length: LANES }, async () => {
          while (!this.#isOver) {
            if (node.isRunning) await node.ask(kind);
            await pause(BETWEEN_REQUESTS_MS);
          }
        }),
      ),
    );
  }

  /** Every request that was made has its end afterwards. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#lanes);
  }
}

/** How long it took from when all are connected until all see the same. */
async function converge(nodes: readonly ChaosNode[]): Promise<number | undefined> {
  const limit = performance.now() + CONVERGE_LIMIT_MS;
  let connectedMs: number | undefined;
  while (performance.now() < limit) {
    const views = await Promise.all(nodes.map((node) => node.view()));
    if (connectedMs === undefined && views.every(({ connected }) => connected)) connectedMs = performance.now();
    if (connectedMs !== undefined && areEqual(views)) return performance.now() - connectedMs;
    await pause(LOOK_MS);
  }
  return undefined;
}

function areEqual(views: readonly View[]): boolean {
  const [first] = views;
  const told = views.map(({ alive, engines, leader }) => JSON.stringify({ alive, engines, leader }));
  if (first?.alive.length !== views.length || first.leader === null || new Set(told).size !== 1) return false;
  const agreements = new Map<string, string>();
  for (const view of views) {
    for (const [id, state] of Object.entries(view.agreements)) {
      if ((agreements.get(id) ?? state) !== state) return false;
      agreements.set(id, state);
    }
  }
  return true;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
