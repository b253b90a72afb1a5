import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createNode, defineEngine, operation, product, type Node } from "../../../src/index.js";
import { renderMetrics } from "../../../src/node/metrics.js";
import { performanceView, systemStatus } from "../../api/support/views.js";

const Value = product("test.value", {
  version: 1,
  channel: "engineLogic",
  description: "A value.",
  schema: z.object({ n: z.number() }),
});
const give = operation({ name: "give", version: 1, needs: {}, gives: Value, run: () => ({ n: 1 }) });
const engine = defineEngine({ id: "GIVER", name: "Giver", version: "1.0.0", operations: [give] });
const GOAL = { products: ["test.value"] };

describe("the figures of a node", () => {
  let node: Node;
  beforeEach(async () => {
    node = createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions: [engine] });
    await node.start();
  });
  afterEach(() => node.stop());

  it("say which operations of a plan were never measured, until they were", async () => {
    const first = await node.request(GOAL);
    expect(first.plan).toMatchObject({ cost: { criticalPathMs: 10 }, unmeasured: ["GIVER.give@1"] });
    // The planner reads the measurements afresh as an instance changes.
    await node.port.operate("restart", "GIVER", true);
    await expect.poll(() => node.port.engines()[0]?.health.lifecycle).toBe("running");
    const second = await node.request({ ...GOAL, fresh: true });
    expect(second.plan?.unmeasured).toEqual([]);
    expect(second.plan?.cost.criticalPathMs).not.toBe(10);
  });

  it("count what is kept and what had to go", async () => {
    await node.request(GOAL);
    expect(node.port.performance()).toMatchObject({
      streams: { refused: 0 },
      results: { kept: 1, bytes: expect.toSatisfy((bytes: number) => bytes > 0), evicted: 0 },
      discovery: { refusedNodes: 0 },
    });
    const lines = node.port.metrics().split("\n");
    expect(lines).toContain("nautilus_results_kept 1");
    expect(lines.some((line) => /^nautilus_results_bytes [1-9]/.test(line))).toBe(true);
    for (const counter of ["results_evicted", "streams_refused", "discovery_refused"]) {
      expect(lines).toContain(`nautilus_${counter}_total 0`);
    }
  });
});

const NO_ALERTS = { active: { info: 0, warning: 0, critical: 0 }, raised: 0, unlisted: 0 };

describe("renderMetrics", () => {
  it("shows each counter of what had to be turned away or let go under its own name", () => {
    const results = { kept: 2, bytes: 3, evicted: 4 };
    const performance = { ...performanceView(), results, streams: { refused: 5 }, discovery: { refusedNodes: 6 } };
    const lines = renderMetrics({ status: systemStatus(), performance, alerts: NO_ALERTS, ofFeed: [] }).split("\n");
    expect(lines.filter((line) => /^nautilus_(results|streams|discovery)/.test(line))).toEqual([
      "nautilus_results_kept 2",
      "nautilus_results_bytes 3",
      "nautilus_results_evicted_total 4",
      "nautilus_streams_refused_total 5",
      "nautilus_discovery_refused_total 6",
    ]);
  });
});
