import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import type { Bus } from "../../../src/contracts/bus.js";
import { defineEngine, operation, type EngineDefinition } from "../../../src/contracts/engine.js";
import type { RunView } from "../../../src/contracts/views/runs.js";
import { product } from "../../../src/contracts/product.js";
import { MarketRequest } from "../../../src/domain/products/market.js";
import type { FactorMatrixValue } from "../../../src/domain/products/factor.js";
import { RouteExplanationSchema } from "../../../src/contracts/route-record.js";
import { contentDigest } from "../../../src/kernel/digest.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { recompute } from "../../../src/routing/recompute.js";
import type { Goal } from "../../../src/domain/requests.js";
import { createNode, type Node } from "../../../src/node/create-node.js";

const WORKFLOW = ["portfolio.allocation", "allocation.risk", "allocation.margin"];
const GOAL: Goal = { products: WORKFLOW, asOf: "2016-02-12" };
const SMALL = { speed: "max", universe: 6, logLevel: "silent" } as const;
const SOURCES = ["IBKR_KEEPALIVE_ENGINE", "FACTOR_ENGINE", "FEATURES_ENGINE"];
const DECIDERS = ["ML_ENGINE", "RISK_ENGINE", "QUANTUM_PORTFOLIO_ENGINE", "COLLATERAL_ENGINE"];
const PATIENCE_MS = 20_000;

const nodes: Node[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

function nodeOf(options: Parameters<typeof createNode>[0] = {}, runtime: Parameters<typeof createNode>[1] = {}): Node {
  const node = createNode({ ...SMALL, ...options }, { pool: createInlinePool(), ...runtime });
  nodes.push(node);
  return node;
}

async function started(...args: Parameters<typeof nodeOf>): Promise<Node> {
  const node = nodeOf(...args);
  await node.start();
  return node;
}

function instancesOf({ steps }: RunView): Set<string> {
  return new Set(steps.map(({ instanceId }) => instanceId?.split("@")[1] ?? ""));
}

function drawingEngine(): EngineDefinition {
  const Draw = product("test.draw", {
    version: 1,
    channel: "engineLogic",
    description: "A number drawn.",
    schema: z.object({ drawn: z.number() }),
  });
  return defineEngine({
    id: "DRAWING_ENGINE",
    name: "Drawing Engine",
    version: "1.0.0",
    operations: [
      operation({
        name: "draw",
        version: 1,
        needs: { request: MarketRequest },
        gives: Draw,
        run: (_, { random }) => ({ drawn: random.next() }),
      }),
    ],
  });
}

describe("createNode", () => {
  it("names the options that do not fit", () => {
    expect(() => createNode({ seed: -1, universe: 0.5 })).toThrow(/options\.universe: .*; options\.seed: /);
    expect(() => createNode({ engines: ["NO_ENGINE"] })).toThrow(/NO_ENGINE/);
  });

  it("serves from start to stop, once", async () => {
    const node = nodeOf();
    await expect(node.request(GOAL)).rejects.toMatchObject({ code: "NOT_SERVING" });
    expect(node.port.health().alive).toBe(false);
    await Promise.all([node.start(), node.start()]);
    expect(node.port.health()).toMatchObject({ alive: true, body: { status: "healthy" } });
    await Promise.all([node.stop(), node.stop()]);
    expect(node.port.health().alive).toBe(false);
    await expect(node.request(GOAL)).rejects.toMatchObject({ code: "NOT_SERVING" });
    await expect(nodeOf().stop()).resolves.toBeUndefined();
  });

  it("names what does not fit in a goal, and what nobody gives", async () => {
    const node = await started();
    await expect(node.request({ products: [] })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("goal.products"),
    });
    await expect(node.request({ products: ["no.such.product"] })).rejects.toMatchObject({
      code: "NO_PLAN",
      message: expect.stringContaining("no.such.product"),
    });
  });

  it("makes nodes that know nothing of each other", async () => {
    const [first, second] = await Promise.all([started({ seed: 1 }), started({ seed: 2 })]);
    expect(first.port.nodeId).not.toBe(second.port.nodeId);
    for (const node of [first, second]) {
      expect(node.port.engines()).toHaveLength(7);
      expect(node.port.status().nodes).toHaveLength(1);
    }
    const [one, two] = await Promise.all([first.request(GOAL), second.request(GOAL)]);
    expect(instancesOf(one)).toEqual(new Set([first.port.nodeId]));
    expect(instancesOf(two)).toEqual(new Set([second.port.nodeId]));
    expect(one.result).not.toEqual(two.result);
    await first.stop();
    expect((await second.request({ ...GOAL, fresh: true })).result).toEqual(two.result);
    expect(second.port.runs()).toHaveLength(2);
  });

  it("makes one network of the nodes on one bus, whichever of them is asked", async () => {
    const alone = await started();
    const expected = (await alone.request(GOAL)).result;
    const bus = createMemoryBus();
    await bus.start();
    const sources = await started({ engines: SOURCES, nodeId: "sources" }, { bus });
    const deciders = await started({ engines: DECIDERS, nodeId: "deciders" }, { bus });
    for (const node of [sources, deciders]) {
      await vi.waitFor(() => expect(node.port.ready("portfolio_optimization").ready).toBe(true), PATIENCE_MS);
      const run = await node.request({ ...GOAL, fresh: true });
      expect(run.result).toEqual(expected);
      expect(instancesOf(run)).toEqual(new Set(["sources", "deciders"]));
      expect(node.port.engines()).toHaveLength(7);
    }
    await deciders.stop();
    await vi.waitFor(() => expect(sources.port.ready("portfolio_optimization").ready).toBe(false), PATIENCE_MS);
    await expect(sources.request(GOAL)).rejects.toMatchObject({ code: "NO_PLAN" });
    await sources.stop();
    await bus.stop();
  });

  it("draws from the seed of the node that asks, whichever node serves", async () => {
    const bus = createMemoryBus();
    await bus.start();
    const definition = drawingEngine();
    const host = await started(
      { engines: [], nodeId: "host", seed: 1, feed: false },
      { bus, definitions: [definition] },
    );
    const asking = await Promise.all(
      [1, 2, 2].map((seed, index) => started({ engines: [], nodeId: `asks-${index}`, seed, feed: false }, { bus })),
    );
    const drawn: unknown[] = [];
    for (const node of [host, ...asking]) {
      await vi.waitFor(() => expect(node.port.engines()).toHaveLength(1), PATIENCE_MS);
      const { result, steps } = await node.request({ products: ["test.draw@1"] });
      expect(steps[0]?.instanceId).toBe("DRAWING_ENGINE.1@host");
      drawn.push(result?.["test.draw@1"]);
    }
    const [own, same, other, otherAgain] = drawn;
    expect(same).toEqual(own);
    expect(other).not.toEqual(own);
    expect(otherAgain).toEqual(other);
    await Promise.all([host, ...asking].map((node) => node.stop()));
    await bus.stop();
  });

  it("explains whom it would ask for a product, and keeps no record of what lies where it was made", async () => {
    const node = await started({ replicas: { FACTOR_ENGINE: 2 } });
    await node.request(GOAL);
    const explained = node.port.explainRoutes("factor.matrix", 50);
    expect(RouteExplanationSchema.parse(explained)).toEqual(explained);
    expect(explained.product).toBe("factor.matrix@1");
    expect(new Set(explained.now.map(({ instanceId }) => instanceId.split("@")[0]))).toEqual(
      new Set(["FACTOR_ENGINE.1", "FACTOR_ENGINE.2"]),
    );
    const reasons = explained.records.flatMap(({ excluded }) => excluded.map(({ reason }) => reason));
    expect(reasons).not.toContain("not_preferred");
    for (const record of explained.records) expect(recompute(record)).toBe(record.winner);
  });

  it("asks others first when a node falls silent, before it is known to be dead", async () => {
    const bus = createMemoryBus();
    await bus.start();
    const cut = { silent: false };
    const wire: Bus = {
      ...bus,
      channel: (name) => {
        const channel = bus.channel(name);
        return {
          name,
          publish: (topic, message) => (cut.silent ? undefined : channel.publish(topic, message)),
          subscribe: (topic, handler, options) => channel.subscribe(topic, handler, options),
        };
      },
    };
    const quick = { feed: false as const, engines: [], heartbeatIntervalMs: 300 };
    const definitions = [drawingEngine()];
    const first = await started({ ...quick, nodeId: "first" }, { bus, definitions });
    const second = await started({ ...quick, nodeId: "second" }, { bus: wire, definitions });
    const suspects = (): string[] =>
      first.port
        .explainRoutes("test.draw@1", 1)
        .now.filter(({ suspect }) => suspect)
        .map(({ instanceId }) => instanceId);
    await vi.waitFor(() => expect(first.port.engines()).toHaveLength(2), PATIENCE_MS);
    expect(suspects()).toEqual([]);
    cut.silent = true;
    await vi.waitFor(() => expect(suspects()).toContain("DRAWING_ENGINE.1@second"), {
      timeout: PATIENCE_MS,
      interval: 10,
    });
    await Promise.all([first.stop(), second.stop()]);
    await bus.stop();
  });

  it("hands out copies: a program that changes its result changes nobody else's", async () => {
    const node = await started();
    const goal = { products: ["factor.matrix", "market.history"], asOf: "2016-02-12" };
    const first = (await node.request(goal)).result as { "factor.matrix": FactorMatrixValue };
    const before = contentDigest(first);
    first["factor.matrix"].values.fill(0);
    first["factor.matrix"].symbols.length = 0;
    expect(contentDigest((await node.request(goal)).result)).toBe(before);
  });

  it("hosts engines that leave what they receive as it is", async () => {
    const node = await started();
    const kept: { readonly product: string; readonly value: unknown; readonly digest: string }[] = [];
    // Each is made of those before it, which are reused: an engine that wrote into one would be seen in what is kept.
    const chain = ["market.history", "factor.matrix", "feature.matrix", "return.prediction", "risk.model", ...WORKFLOW];
    for (const product of chain) {
      const run = await node.request({ products: [product], asOf: "2016-02-12" });
      // The very object that the engines work on.
      const value = node.port.run(run.runId)?.result?.[product];
      kept.push({ product, value, digest: contentDigest(value) });
    }
    for (const preference of ["fast", "best"] as const) {
      await node.request({ ...GOAL, preference, riskAversion: 2, capital: 1000 });
    }
    for (const { product, value, digest } of kept) {
      expect(contentDigest(value), product).toBe(digest);
      const again = await node.request({ products: [product], asOf: "2016-02-12" });
      expect(node.port.run(again.runId)?.result?.[product], product).toBe(value);
    }
  });
});
