// On a node of its own with engines that take their time on a virtual clock: what is shown is what really happened.
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineEngine, operation, type EngineDefinition } from "../../src/contracts/engine.js";
import { NautilusError } from "../../src/contracts/errors.js";
import type { Limits, Preference } from "../../src/contracts/identity.js";
import { TopologySchema } from "../../src/contracts/views/topology.js";
import type { NodeOptions } from "../../src/contracts/options.js";
import {
  PartnershipDetailSchema,
  PartnershipListSchema,
  RecommendationSchema,
  type PartnershipDetail,
} from "../../src/contracts/partnership.js";
import { product } from "../../src/contracts/product.js";
import { createInlinePool } from "../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../src/node/create-node.js";
import { problemOf } from "./support/problems.js";
import { stopNode } from "../support/stop-node.js";

const value = z.object({ from: z.string() });
const Raw = product("test.raw", {
  version: 1,
  channel: "engineLogic",
  description: "What comes first.",
  schema: value,
});
const Refined = product("test.refined", {
  version: 1,
  channel: "engineLogic",
  description: "What it becomes.",
  schema: value,
});
const GOAL = { products: ["test.refined"], fresh: true, deadlineMs: 5000 };
const WINDOW_MS = 10_000;
const CALLS_PER_WINDOW = 8;

/** How a giver does at the moment. */
interface Form {
  takesMs: number;
  fails: () => boolean;
}

function inForm(): Form {
  return { takesMs: 10, fails: () => false };
}

const clock = new VirtualClock();
let node: Node;
afterEach(() => stopNode(node, clock));

function giver(id: string, formOf: (instanceId: string) => Form = inForm): EngineDefinition {
  const give = operation({
    name: "give",
    version: 1,
    needs: {},
    gives: Raw,
    run: async (_, { instanceId }) => {
      const form = formOf(instanceId);
      if (form.fails()) throw new NautilusError("OVERLOADED", "not now");
      await new Promise<void>((resolve) => clock.setTimeout(resolve, form.takesMs));
      return { from: id };
    },
  });
  return defineEngine({ id, name: id, version: "1.0.0", operations: [give] });
}

function refiner(preferences: readonly Preference[] = []): EngineDefinition {
  const refine = operation({
    name: "refine",
    version: 1,
    needs: { raw: Raw },
    gives: Refined,
    run: ({ raw }) => ({ from: `refined ${raw.from}` }),
  });
  const limits: Limits = { concurrency: 8, queue: 64 };
  return defineEngine({ id: "REFINER", name: "Refiner", version: "1.0.0", limits, preferences, operations: [refine] });
}

function prefers(engineId: string, over: Partial<Preference> = {}): Preference {
  return { engineId, relationship: "secondary", direction: "input", latencyMs: 50, reliabilityPct: 99, ...over };
}

interface Setting {
  readonly definitions: readonly EngineDefinition[];
  /** Instances of GIVER, where there are any. */
  readonly replicas?: number;
}

async function start({ definitions, replicas = 1 }: Setting): Promise<void> {
  const options: NodeOptions = { nodeId: "n", seed: 1, feed: false, engines: [], logLevel: "silent", chaos: true };
  const runtime = { clock, pool: createInlinePool(), definitions: [...definitions] };
  node = createNode({ ...options, ...(replicas > 0 && { replicas: { GIVER: replicas } }) }, runtime);
  await node.start();
  await clock.advance(200);
}

/** Goals at an even pace until the window is over. */
async function window(count = 1): Promise<void> {
  for (let goal = 0; goal < count * CALLS_PER_WINDOW; goal += 1) {
    node.request(GOAL).catch(() => undefined);
    await clock.advance(WINDOW_MS / CALLS_PER_WINDOW);
  }
}

function get(path: string): Promise<Response> {
  return Promise.resolve(node.fetch(new Request(`http://node/api/v1/${path}`)));
}

async function list(query = ""): Promise<z.infer<typeof PartnershipListSchema>> {
  const response = await get(`partnerships${query}`);
  expect(response.status).toBe(200);
  return PartnershipListSchema.parse(await response.json());
}

async function pairsOf(query: string): Promise<string[]> {
  return (await list(query)).partnerships.map(({ consumer, provider }) => `${consumer}>${provider}`);
}

async function detail(id: string): Promise<PartnershipDetail> {
  const response = await get(`partnerships/${encodeURIComponent(id)}`);
  expect(response.status).toBe(200);
  return PartnershipDetailSchema.parse(await response.json());
}

const ONE = "GIVER.1@n";
const TWO = "GIVER.2@n";
const FIRST = `REFINER.1@n>${ONE}`;
const SECOND = "REFINER.1@n>OTHER.1@n";

async function edges(): Promise<readonly (readonly unknown[])[]> {
  const topology = TopologySchema.parse(await (await get("network/topology")).json());
  return topology.edges.map((edge) => [edge.source, edge.target, edge.exchanges, edge.failures, edge.partnership]);
}

describe("GET /api/v1/partnerships of a node", () => {
  it("lists what engines agreed on by themselves, and counts all of it", async () => {
    await start({ definitions: [giver("GIVER"), giver("OTHER"), refiner([prefers("GIVER")])] });
    const { statistics, partnerships } = await list();
    expect(partnerships).toMatchObject([
      {
        consumer: "REFINER.1@n",
        provider: "GIVER.1@n",
        products: ["test.raw@1"],
        state: "trial",
        side: "both",
        relationship: "secondary",
        terms: { latencyMs: 50, reliabilityPct: 99, basis: "declared" },
        measured: null,
      },
      { provider: "OTHER.1@n", relationship: "optional", terms: { basis: "usual" }, state: "trial" },
    ]);
    expect(statistics).toMatchObject({
      total: 2,
      byState: { trial: 2, nominal: 0, dissolved: 0 },
      byRelationship: { optional: 1, secondary: 1, primary: 0 },
      formed: 2,
      dissolved: 0,
    });
  });

  it("shows those of one engine or instance, in one state, and as many as asked for", async () => {
    await start({ definitions: [giver("GIVER"), giver("OTHER"), refiner()] });
    expect(await pairsOf("?engine=OTHER")).toEqual([SECOND]);
    expect(await pairsOf("?engine=GIVER.1@n")).toEqual([FIRST]);
    expect(await pairsOf("?engine=REFINER")).toEqual([FIRST, SECOND]);
    expect(await pairsOf("?engine=GIV")).toEqual([]);
    expect(await pairsOf("?state=trial&limit=1")).toEqual([FIRST]);
    expect(await pairsOf("?state=suspended")).toEqual([]);
    await node.port.operate("stop", "GIVER", true);
    await clock.advance(200);
    expect(await pairsOf("?state=suspended")).toEqual([FIRST]);
    expect((await list("?state=suspended")).statistics.byState).toMatchObject({ trial: 1, suspended: 1 });
  });

  it.each(["?state=happy", "?limit=0", "?limit=1001", "?engine=", "?engines=A"])("refuses %s", async (query) => {
    await start({ definitions: [refiner()], replicas: 0 });
    expect((await problemOf(await get(`partnerships${query}`))).code).toBe("INVALID_INPUT");
  });
});

describe("GET /api/v1/partnerships/{id} of a node", () => {
  it("finds one by its agreement and by its pair, with its whole history", async () => {
    await start({ definitions: [giver("GIVER"), refiner()] });
    await window(2);
    const byPair = await detail(FIRST);
    expect(byPair.history.map(({ verb, from, to }) => [verb, from, to])).toEqual([
      ["propose", null, "proposed"],
      ["accept", "proposed", "trial"],
      ["confirm", "trial", "nominal"],
    ]);
    expect(byPair.windows).toMatchObject([{ met: CALLS_PER_WINDOW, failures: 0, late: 0, verdict: "good" }]);
    expect(await detail(byPair.id)).toEqual(byPair);
  });

  it("keeps the history of a pair over a crash of the provider", async () => {
    await start({ definitions: [giver("GIVER"), refiner()] });
    await node.port.operate("crash", "GIVER", false);
    await clock.advance(5000);
    const { history, state } = await detail(FIRST);
    expect(state).toBe("trial");
    expect(history.map(({ verb }) => verb)).toEqual(["propose", "accept", "suspend", "resume"]);
  });

  it("answers 404 for what it does not know", async () => {
    await start({ definitions: [giver("GIVER"), refiner()] });
    expect(await problemOf(await get("partnerships/REFINER.1%40n%3ENOBODY.1%40n"))).toMatchObject({
      code: "NOT_FOUND",
      detail: "no partnership REFINER.1@n>NOBODY.1@n is known here",
    });
  });
});

describe("GET /api/v1/partnerships/recommendations of a node", () => {
  async function recommendations(): Promise<readonly z.infer<typeof RecommendationSchema>[]> {
    const response = await get("partnerships/recommendations");
    expect(response.status).toBe(200);
    return z.object({ recommendations: z.array(RecommendationSchema) }).parse(await response.json()).recommendations;
  }

  it("names the partner that is faster by what this consumer measured, and what that is worth", async () => {
    const slow: Form = { ...inForm(), takesMs: 40 };
    const preference = prefers("GIVER", { relationship: "primary", latencyMs: 500 });
    await start({
      definitions: [giver("GIVER", (instance) => (instance === TWO ? slow : inForm())), refiner([preference])],
      replicas: 2,
    });
    expect((await detail(`REFINER.1@n>${TWO}`)).relationship).toBe("primary");
    expect(await recommendations()).toEqual([]);
    // So many at once that both have to give.
    for (let burst = 0; burst < 30; burst += 1) {
      for (let goal = 0; goal < 8; goal += 1) node.request(GOAL).catch(() => undefined);
      await clock.advance(1000);
    }
    const [first, ...others] = await recommendations();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ kind: "prefer", consumer: "REFINER.1@n", provider: ONE, instead: TWO });
    const saved = first?.expectedGain.latencyMs ?? 0;
    const [current, better] = first?.evidence ?? [];
    expect(saved).toBeCloseTo((current?.latencyMs ?? 0) - (better?.latencyMs ?? 0), 9);
    expect([current?.source, better?.source]).toEqual(["exchanged", "exchanged"]);
    expect(saved).toBeGreaterThan(20);
  });

  it("takes no query", async () => {
    await start({ definitions: [refiner()], replicas: 0 });
    expect((await problemOf(await get("partnerships/recommendations?limit=1"))).code).toBe("INVALID_INPUT");
  });
});

describe("the topology of a node", () => {
  it("shows the state of the partnership on its edges, from before anything flows", async () => {
    await start({ definitions: [giver("GIVER"), refiner()] });
    expect(await edges()).toEqual([["GIVER.1@n", "REFINER.1@n", 0, 0, "trial"]]);
    await window(2);
    expect(await edges()).toEqual([["GIVER.1@n", "REFINER.1@n", 16, 0, "nominal"]]);
    await node.port.operate("stop", "GIVER", true);
    await clock.advance(200);
    expect(await edges()).toEqual([["GIVER.1@n", "REFINER.1@n", 16, 0, "suspended"]]);
  });
});

describe("a provider that is asked through goals", () => {
  it("is strained, demoted and left when what it makes takes longer than agreed", async () => {
    const form = inForm();
    await start({ definitions: [giver("GIVER", () => form), refiner([prefers("GIVER")])] });
    await window(2);
    expect(await detail(FIRST)).toMatchObject({ state: "nominal", measured: { late: 0, verdict: "good" } });
    form.takesMs = 200;
    await window(7);
    const { history, windows } = await detail(FIRST);
    expect(history.map(({ verb }) => verb)).toEqual(["propose", "accept", "confirm", "strain", "demote", "dissolve"]);
    expect(windows.at(-1)).toMatchObject({ late: CALLS_PER_WINDOW, failures: 0, verdict: "bad" });
    expect(windows.at(-1)?.meanMs).toBeGreaterThan(199);
  });

  it("is charged a miss where another gave in its place", async () => {
    let asked = 0;
    const failing: Form = { takesMs: 10, fails: () => (asked += 1) > 0 };
    const sound = inForm();
    const of = (instance: string): Form => (instance === ONE ? failing : sound);
    await start({ definitions: [giver("GIVER", of), refiner()], replicas: 2 });
    await window(3);
    const runs = node.port.runs();
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => "succeeded"));
    expect(asked).toBeGreaterThan(0);
    // What it failed to make was made by the other, and taken from there.
    expect(await edges()).toEqual([
      [ONE, "REFINER.1@n", asked, asked, "trial"],
      [TWO, "REFINER.1@n", runs.length, 0, "nominal"],
    ]);
  });

  it("is strained when it fails often, though another gives each time in its place", async () => {
    let isFlaky = false;
    let asked = 0;
    const flaky: Form = { takesMs: 10, fails: () => isFlaky && (asked += 1) % 3 === 0 };
    const of = (instance: string): Form => (instance === ONE ? flaky : inForm());
    await start({ definitions: [giver("GIVER", of), refiner()], replicas: 2 });
    await window(3);
    expect(await detail(FIRST)).toMatchObject({ state: "nominal", relationship: "optional" });
    isFlaky = true;
    await window(4);
    const { history, measured, trust } = await detail(FIRST);
    expect(history.at(-1)).toMatchObject({ verb: "strain", reason: "the service level was missed" });
    expect(measured).toMatchObject({ failures: asked / 3, late: 0, verdict: "bad" });
    expect(trust.missed).toBeGreaterThan(0);
    expect((await edges())[0]?.at(-1)).toBe("strained");
  });
});
