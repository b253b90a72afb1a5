import { afterEach, describe, expect, it } from "vitest";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import { defineEngine } from "../../../src/contracts/engine.js";
import type { NodeOptions } from "../../../src/contracts/options.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";

const HEARTBEAT_MS = 1_000;

describe("the identities that a node lists", () => {
  const clock = new VirtualClock();
  const bus = createMemoryBus();
  const nodes: Node[] = [];

  afterEach(async () => {
    const stopping = Promise.all(nodes.map((node) => node.stop()));
    await clock.advance(10_000);
    await stopping;
  });

  async function started(nodeId: string): Promise<Node> {
    const engine = defineEngine({
      id: `ENGINE_${nodeId.toUpperCase()}`,
      name: nodeId,
      version: "1.0.0",
      operations: [],
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

  it("are one list until something of its own or of another node changes", async () => {
    const [first, second] = [await started("first"), await started("second")];
    await clock.advance(5 * HEARTBEAT_MS);
    const lifecycles = (): readonly string[] => first.port.engines().map(({ health }) => health.lifecycle);
    const before = first.port.engines();
    await clock.advance(3 * HEARTBEAT_MS);
    expect(first.port.engines()).toBe(before);
    expect(lifecycles()).toEqual(["running", "running"]);
    await second.port.operate("stop", "ENGINE_SECOND", false);
    await clock.advance(HEARTBEAT_MS);
    expect(lifecycles()).toEqual(["running", "stopped"]);
    await first.port.operate("stop", "ENGINE_FIRST", false);
    expect(lifecycles()).toEqual(["stopped", "stopped"]);
  });
});
