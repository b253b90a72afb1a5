import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import { defineEngine, operation } from "../../../src/contracts/engine.js";
import type { NodeOptions } from "../../../src/contracts/options.js";
import { product } from "../../../src/contracts/product.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";

const HEARTBEAT_MS = 1_000;

const Given = product("test.given", {
  version: 1,
  channel: "engineLogic",
  description: "Made by a test.",
  schema: z.object({}),
});

describe("the identities that a node lists", () => {
  const clock = new VirtualClock();
  const bus = createMemoryBus();
  const nodes: Node[] = [];

  afterEach(async () => {
    const stopping = Promise.all(nodes.splice(0).map((node) => node.stop()));
    await clock.advance(10_000);
    await stopping;
  });

  async function started(nodeId: string): Promise<Node> {
    const engine = defineEngine({
      id: `ENGINE_${nodeId.toUpperCase()}`,
      name: nodeId,
      version: "1.0.0",
      operations: [operation({ name: "give", version: 1, needs: {}, gives: Given, run: () => ({}) })],
    });
    const options: NodeOptions = {
      nodeId,
      feed: false,
      engines: [],
      logLevel: "silent",
      heartbeatIntervalMs: HEARTBEAT_MS,
    };
    const node = createNode(options, { clock, bus, pool: createInlinePool(), definitions: [engine] });
    nodes.push(node);
    await node.start();
    return node;
  }

  it("are the asker's own: whatever it does with them, the node knows what it knew", async () => {
    const first = await started("first");
    await clock.advance(HEARTBEAT_MS);
    const [engine] = first.port.engines();
    engine?.roles.push("analytics");
    engine?.health.reasons.push("changed by whoever asked");
    engine?.operations.splice(0);
    expect(first.port.engines()).toMatchObject([
      { roles: [], health: { reasons: [] }, operations: [{ name: "give" }] },
    ]);
    const [operated] = await first.port.operate("stop", "ENGINE_FIRST", false);
    operated?.operations.splice(0);
    expect(first.port.engines()[0]?.operations).toHaveLength(1);
    const goals = first.port.workflows();
    const before = structuredClone(goals);
    goals[0]?.missing.splice(0);
    expect(first.port.workflows()).toEqual(before);
  });

  it("are the same until something of its own or of another node changes", async () => {
    const [first, second] = [await started("first"), await started("second")];
    await clock.advance(5 * HEARTBEAT_MS);
    const lifecycles = (): readonly string[] => first.port.engines().map(({ health }) => health.lifecycle);
    const before = first.port.engines();
    await clock.advance(3 * HEARTBEAT_MS);
    expect(first.port.engines()).toEqual(before);
    expect(lifecycles()).toEqual(["running", "running"]);
    await second.port.operate("stop", "ENGINE_SECOND", false);
    await clock.advance(HEARTBEAT_MS);
    expect(lifecycles()).toEqual(["running", "stopped"]);
    await first.port.operate("stop", "ENGINE_FIRST", false);
    expect(lifecycles()).toEqual(["stopped", "stopped"]);
  });
});
