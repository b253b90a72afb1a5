// A node that runs a domain of the program: nothing of trading is left in it.
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineEngine, operation } from "../../../src/contracts/engine.js";
import type { NodeOptions } from "../../../src/contracts/options.js";
import { WORKFLOWS } from "../../../src/domain/workflows.js";
import type { FeedFactory } from "../../../src/contracts/feed.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";
import type { NodeRuntime } from "../../../src/node/node-runtime.js";
import { ENGINES } from "../../../src/node/catalogue/engines.js";
import { KITCHEN, kitchen, Meal, waiterOf } from "./support/kitchen.js";

/** But for the name of a channel, which is the bus's. */
const OF_TRADING =
  /portfolio|price|symbol|ticker|universe|capital\b|lookback|aversion|asOf|\bbars?\b|trading|market(?!Data)|factor\.matrix|FACTOR_|IBKR|RISK_/i;

const nodes: Node[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

async function started(options: NodeOptions, runtime: NodeRuntime = {}): Promise<Node> {
  const node: Node = createNode(
    { logLevel: "silent", ...options },
    { pool: createInlinePool(), ...KITCHEN, ...runtime },
  );
  nodes.push(node);
  await node.start();
  return node;
}

async function ask(node: Node, path: string, body?: object): Promise<{ status: number; text: string }> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await node.fetch(new Request(`http://node${path}`, body === undefined ? {} : init));
  return { status: response.status, text: await response.text() };
}

describe("a domain of the program", () => {
  it("carries out its workflows with its engines, on what its feed brings", async () => {
    const node = await started({}, { domain: kitchen });
    const run = await node.execute("serve_meal", { dish: "omelette", guests: 4 });
    expect(run.result).toEqual({ meal: { dish: "omelette", plates: 4, eggsLeft: 28 } });
    expect(run.steps.map(({ id }) => id)).toEqual(["PANTRY.count_stock@1", "COOK.cook_meal@1"]);
    expect(Object.keys(run)).toEqual([
      "runId",
      "workflow",
      "status",
      "deliveries",
      "startedAt",
      "durationMs",
      "plan",
      "replans",
      "steps",
      "result",
      "menu",
    ]);
    expect(run).toMatchObject({ deliveries: 3, menu: ["omelette"] });
    expect((await node.request({ products: [Meal.name], guests: 2 })).result).toMatchObject({
      "kitchen.meal": { dish: "surprise", plates: 2 },
    });
    await expect(node.execute("serve_meal", { dish: "omelette", guests: 19 })).rejects.toMatchObject({
      code: "INFEASIBLE",
    });
  });

  it("has nothing of trading on its node, and refuses by name what its requests do not take", async () => {
    const node = await started({}, { domain: kitchen });
    expect((await ask(node, "/ready")).status).toBe(200);
    for (const path of [
      "/api/v1/workflows",
      "/api/v1/engines",
      "/api/v1/system/status",
      "/openapi.json",
      "/asyncapi.json",
      "/docs",
      "/metrics",
    ]) {
      const { status, text } = await ask(node, path);
      expect(status, path).toBe(200);
      expect(OF_TRADING.exec(text.replaceAll("nautilus-awareness", ""))?.[0], path).toBeUndefined();
    }
    const execute = "/api/v1/workflows/serve_meal/execute";
    const bad = await ask(node, execute, { guests: 0, universe: ["A"] });
    expect(bad.status).toBe(400);
    expect(JSON.parse(bad.text)).toMatchObject({
      code: "INVALID_INPUT",
      details: { issues: [{ path: "dish" }, { path: "guests" }, { path: "universe" }] },
    });
    // Each workflow goes by its own schema.
    expect((await ask(node, "/api/v1/workflows/take_stock/execute", { dish: "omelette" })).text).toContain("dish: ");
    expect((await ask(node, "/api/v1/workflows/take_stock/execute", {})).text).toContain('"eggs":36');
    expect((await ask(node, "/api/v1/workflows/portfolio_optimization/execute", {})).status).toBe(404);
    expect((await ask(node, execute, { dish: "omelette", guests: 41 })).text).toContain("facts.kitchen.order@1.guests");
    expect((await ask(node, "/api/v1/goals", { products: ["kitchen.meal"], guests: "two" })).text).toContain(
      "guests: ",
    );
  });

  it("adds resources, fields of runs, figures and alert rules to its node", async () => {
    const node = await started({}, { domain: kitchen });
    await node.execute("take_stock");
    expect(JSON.parse((await ask(node, "/api/v1/kitchen/menu?maxEggs=1")).text)).toEqual({
      dishes: [],
      node: node.port.nodeId,
    });
    expect((await ask(node, "/api/v1/kitchen/menu?eggs=1")).status).toBe(400);
    const { runs } = JSON.parse((await ask(node, "/api/v1/workflows/runs")).text) as { runs: object[] };
    expect(runs).toMatchObject([{ workflow: "take_stock", deliveries: 3 }]);
    expect(runs[0]).not.toHaveProperty("menu");
    expect((await ask(node, "/metrics")).text).toContain('kitchen_deliveries_total{lorry="1"} 3');
    expect(node.port.alerts({ limit: 10 }).alerts).toMatchObject([
      { rule: "kitchen.eggs", evidence: { measured: { deliveries: 3 } } },
    ]);
    expect(node.port.status().feed).toMatchObject({ name: "lorry", state: "live", deliveries: 3 });
  });

  it("describes its requests in the OpenAPI document, one schema for each form", async () => {
    const node = await started({}, { domain: kitchen });
    const document = JSON.parse((await ask(node, "/openapi.json")).text) as {
      paths: Record<string, { post: { requestBody: { content: Record<string, unknown> } } }>;
      components: { schemas: Record<string, { properties: object; required?: string[] }> };
    };
    const { schemas } = document.components;
    expect(document.paths["/api/v1/workflows/{name}/execute"]?.post.requestBody.content["application/json"]).toEqual({
      schema: {
        anyOf: ["serve_meal", "take_stock"].map((name) => ({ $ref: `#/components/schemas/ExecuteRequest.${name}` })),
      },
      examples: {
        defaults: { summary: "Everything by default", value: {} },
        omelette: { summary: "An omelette for two", value: { dish: "omelette", guests: 2 } },
      },
    });
    expect(schemas["ExecuteRequest.serve_meal"]).toMatchObject({
      required: ["dish"],
      properties: { dish: { description: "From the menu." }, guests: { default: 1 }, deadlineMs: {} },
    });
    expect(Object.keys(schemas["Run"]?.properties ?? {})).toEqual(expect.arrayContaining(["deliveries", "menu"]));
    expect(Object.keys(schemas["Problem"]?.properties ?? {})).toContain("deliveries");
    expect(Object.keys(schemas["RunSummary"]?.properties ?? {})).not.toContain("menu");
  });

  it("takes further engines beside its own, and needs no more than these", async () => {
    const seen: unknown[] = [];
    const node = await started({}, { definitions: [waiterOf(seen as never)] });
    await vi.waitFor(() => expect(seen).toHaveLength(3));
    expect(new Set(node.port.engines().map(({ engineId }) => engineId))).toEqual(new Set(["PANTRY", "COOK", "WAITER"]));
    expect(await node.execute("serve_meal", { dish: "omelette" })).not.toHaveProperty("deliveries");
    await expect(node.request({ products: [Meal.name], guests: 2 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("says that its feed failed, and what does not fit of what it hands in", async () => {
    const node: Node = createNode({ logLevel: "silent", data: ["anything"] }, { pool: createInlinePool(), ...KITCHEN });
    await expect(node.start()).rejects.toMatchObject({ message: "the lorry broke down" });
    expect(node.port.alerts({ limit: 1 }).alerts).toMatchObject([
      { rule: "feed.failed", subject: "lorry", evidence: { measured: { state: "failed", deliveries: 0 } } },
    ]);
    expect(() => createNode({ feed: "replay" }, KITCHEN)).toThrow("no feed replay; it has lorry");
    expect(() => createNode({ engines: ["FACTOR_ENGINE"] }, KITCHEN)).toThrow("there are PANTRY, COOK");
    expect(() => createNode({}, { engines: [{}] as never })).toThrow("engines.0: no engine that defineEngine made");
    const twice = { ...KITCHEN, workflows: [...KITCHEN.workflows, ...KITCHEN.workflows] };
    expect(() => createNode({}, twice)).toThrow("workflow serve_meal is defined twice");
  });

  it("goes on where its feed or a field of its runs throws, and says that the feed failed", async () => {
    const { lorry } = KITCHEN.feeds;
    let isBroken = false;
    const breaking: FeedFactory = (deps) => {
      const feed = lorry(deps);
      const broken = (): never => {
        throw new Error("no brakes");
      };
      return { ...feed, stop: broken, status: () => (isBroken ? broken() : feed.status()) };
    };
    const runFields = [{ name: "broken", schema: z.unknown(), read: () => JSON.parse("{") as unknown }];
    const clock = new VirtualClock();
    const node = await started({}, { clock, feeds: { breaking }, domain: { runFields } });
    isBroken = true;
    expect(await node.execute("take_stock")).toMatchObject({ status: "succeeded", broken: null });
    await clock.advance(1000);
    expect(node.port.health()).toMatchObject({ alive: false, body: { reasons: ["the feed failed"] } });
    expect(node.port.status().feed).toMatchObject({ state: "failed", problems: ["its status threw: no brakes"] });
    await node.stop();
    expect(node.port.status().state).toBe("stopped");
  });

  it("may stand beside trading: the lists of the build can be extended", async () => {
    const [ibkr, ...others] = ENGINES;
    const runtime = {
      ...KITCHEN,
      engines: [...others, ...KITCHEN.engines],
      workflows: [...WORKFLOWS, ...KITCHEN.workflows],
    };
    const node = await started({ engines: ["PANTRY", "COOK", "FACTOR_ENGINE"] }, runtime);
    expect(node.port.workflows().map(({ name, reachable }) => [name, reachable])).toEqual([
      ["portfolio_optimization", false],
      ["market_analysis", false],
      ["risk_monitoring", false],
      ["serve_meal", true],
      ["take_stock", true],
    ]);
    expect(ibkr?.readsFeed).toBe(true);
  });

  it("hosts no engine that reads a feed where there is none", async () => {
    const node = await started({ feed: false });
    expect(node.port.engines().map(({ engineId }) => engineId)).toEqual(["COOK"]);
    expect(node.port.status().feed).toBeNull();
    const { missing } = node.port.workflows()[0]!;
    expect(missing).toMatchObject([{ product: "pantry.stock@1", couldGive: ["PANTRY"] }]);
  });

  it("can be no more than one engine", async () => {
    const one = defineEngine({
      id: "ONE",
      name: "One",
      version: "1.0.0",
      operations: [
        operation({
          name: "serve",
          version: 1,
          needs: {},
          gives: Meal,
          run: () => ({ dish: "soup", plates: 1, eggsLeft: 0 }),
        }),
      ],
    });
    const node: Node = createNode({ logLevel: "silent" }, { pool: createInlinePool(), engines: [one] });
    nodes.push(node);
    await node.start();
    expect((await node.request({ products: ["kitchen.meal"] })).result).toMatchObject({
      "kitchen.meal": { dish: "soup" },
    });
    expect(node.port.workflows()).toEqual([]);
    expect((await ask(node, "/api/v1/workflows")).text).toBe('{"workflows":[]}');
    expect((await ask(node, "/openapi.json")).status).toBe(200);
  });
});
