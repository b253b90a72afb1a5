// A giver that is up and only fails: goals go to another giver of the same product, and its partner holds the failures against it.
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineEngine, operation, type EngineDefinition } from "../../../src/contracts/engine.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import type { NodeOptions } from "../../../src/contracts/options.js";
import type { PartnershipView } from "../../../src/contracts/partnership.js";
import { product } from "../../../src/contracts/product.js";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";
import { stopNode } from "../../support/stop-node.js";

const schema = z.object({ from: z.string() });
const Raw = product("test.raw", { version: 1, channel: "engineLogic", description: "What comes first.", schema });
const Refined = product("test.refined", { version: 1, channel: "engineLogic", description: "What follows.", schema });

const header = { version: "1.0.0", name: "Test" };

/** By id the planner prefers the first of two that were never measured. */
const BROKEN: EngineDefinition = defineEngine({
  ...header,
  id: "A_BROKEN",
  operations: [
    operation({
      name: "give",
      version: 1,
      needs: {},
      gives: Raw,
      run: () => {
        throw new NautilusError("OVERLOADED", "no room", { retryable: false });
      },
    }),
  ],
});

const WORKING: EngineDefinition = defineEngine({
  ...header,
  id: "B_WORKING",
  operations: [
    operation({ name: "give", version: 1, needs: {}, gives: Raw, run: ({}, { instanceId }) => ({ from: instanceId }) }),
  ],
});

const REFINER: EngineDefinition = defineEngine({
  ...header,
  id: "C_REFINER",
  operations: [operation({ name: "refine", version: 1, needs: { raw: Raw }, gives: Refined, run: ({ raw }) => raw })],
});

describe("a giver that only fails", () => {
  const clock = new VirtualClock();
  let node: Node;

  afterEach(() => stopNode(node, clock));

  async function start(...definitions: readonly EngineDefinition[]): Promise<void> {
    const runtime = { clock, pool: createInlinePool(), definitions };
    node = createNode({ nodeId: "n", feed: false, engines: [], logLevel: "silent" }, runtime);
    await node.start();
    await clock.advance(1_000);
  }

  async function ask(): Promise<unknown> {
    const asked = node.request({ products: ["test.refined"], fresh: true }).catch((thrown: unknown) => thrown);
    await clock.advance(100);
    return asked;
  }

  /** As the refiner's partner. */
  const partner = (provider: string): PartnershipView | undefined =>
    node.port.partnerships().partnerships.find((each) => each.provider === provider);

  it("is no reason for a goal to fail where another gives the same", async () => {
    await start(BROKEN, WORKING, REFINER);
    for (let goal = 0; goal < 50; goal += 1) {
      expect(await ask()).toMatchObject({ status: "succeeded", result: { "test.refined": { from: "B_WORKING.1@n" } } });
    }
    // The planner learns to do without it: only the first goals had to be planned anew.
    const replanned = node.port.runs().filter(({ replans }) => replans > 0);
    expect(replanned.length).toBeGreaterThan(0);
    expect(replanned.length).toBeLessThan(25);
  });

  it("is held to account by the engines of the node that asked alone: the others hold what they measured", async () => {
    const bus = createMemoryBus();
    const pool = createInlinePool();
    const hosting = { clock, bus, pool };
    const options: NodeOptions = { feed: false, engines: [], logLevel: "silent" };
    const other = createNode({ ...options, nodeId: "other" }, { ...hosting, definitions: [REFINER] });
    node = createNode({ ...options, nodeId: "n" }, { ...hosting, definitions: [BROKEN, REFINER] });
    await Promise.all([node.start(), other.start()]);
    await clock.advance(5_000);
    expect(await ask()).toMatchObject({ code: "OVERLOADED" });
    const failed = node.port.topology().edges.filter(({ failures }) => failures > 0);
    expect(failed).toMatchObject([{ source: "A_BROKEN.1@n", target: "C_REFINER.1@n", failures: 1 }]);
    const stopping = other.stop();
    await clock.advance(10_000);
    await stopping;
  });

  it("is held to account by its partner where it is the only one", async () => {
    await start(BROKEN, REFINER);
    expect(partner("A_BROKEN.1@n")).toMatchObject({ state: "trial", trust: { missed: 0 } });
    for (let goal = 0; goal < 450; goal += 1) expect(await ask()).toMatchObject({ code: "OVERLOADED" });
    expect(partner("A_BROKEN.1@n")).toMatchObject({
      state: "dissolved",
      reason: "the service level was missed on trial",
      trust: { met: 0 },
      measured: { met: 0, verdict: "bad" },
    });
    expect(partner("A_BROKEN.1@n")?.trust.missed).toBeGreaterThan(50);
  });
});
