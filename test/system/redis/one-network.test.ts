// Three processes with different engines over real Redis: one network, whichever of them is asked.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SystemStatus } from "../../../src/contracts/views/status.js";
import type { Topology } from "../../../src/contracts/views/topology.js";
import { REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { PORTFOLIO } from "../support/node-process.js";
import { Program, PROGRAM } from "../support/program.js";
import { DATA_ENGINES, HEARTBEAT_MS, MODEL_ENGINES, Network, PORTFOLIO_ENGINES, until } from "./network.js";

const LIMIT_MS = 120_000;
/** What a busy machine may add to what is promised. */
const SLACK_MS = 1_000;

describeWith(REDIS, "three processes over Redis", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.start();
    await Promise.all([
      network.add("a", DATA_ENGINES),
      network.add("b", MODEL_ENGINES),
      network.add("c", PORTFOLIO_ENGINES),
    ]);
    await network.converged();
  }, LIMIT_MS);
  afterAll(() => network.stop());

  it(
    "complete a workflow that no single one of them could, asked of any, with the same numbers",
    async () => {
      const results = new Set<string>();
      for (const node of network.nodes.values()) {
        const { run, resultText } = await node.execute({ asOf: "2018-01-05", fresh: true });
        expect(run.steps.map(({ instanceId }) => instanceId?.split("@")[1]).sort()).toEqual([
          "a",
          "a",
          "b",
          "b",
          "c",
          "c",
          "c",
          "c",
        ]);
        results.add(resultText);
      }
      expect(results.size).toBe(1);
    },
    LIMIT_MS,
  );

  it("show the whole network, whichever is asked", async () => {
    for (const node of network.nodes.values()) {
      const { nodes } = (await node.get<Topology>("/api/v1/network/topology")).body;
      expect(nodes.map(({ engineId, nodeId }) => `${engineId}@${nodeId}`).sort()).toEqual(
        [
          ...DATA_ENGINES.map((id) => `${id}@a`),
          ...MODEL_ENGINES.map((id) => `${id}@b`),
          ...PORTFOLIO_ENGINES.map((id) => `${id}@c`),
        ].sort(),
      );
    }
    const { port } = network.nodes.get("b")!;
    const shown = new Program(process.execPath, [PROGRAM, "topology", "--port", port]);
    expect(await shown.exited).toEqual({ code: 0, signal: null });
    expect(shown.out).toMatch(/^node a: 2 engines$[^]*^node b: 2 engines$[^]*^node c: 3 engines$/m);
    expect(shown.out).toMatch(/ factor\.matrix@1 → FEATURES_ENGINE\.1@b /);
    await shown.remove();
  });

  it(
    "notice within three heartbeats that one was killed, say what is missing, and take it back",
    async () => {
      const [a, c] = [network.nodes.get("a")!, network.nodes.get("c")!];
      process.kill(c.program.pid, "SIGKILL");
      const tookMs = await until("c is dead", async () => statusOf(await a.status(), "c") === "dead");
      expect(tookMs).toBeLessThan(3 * HEARTBEAT_MS + SLACK_MS);
      const problem = await a.refused(PORTFOLIO, { deadlineMs: 2000 });
      expect([problem.status, problem["code"]]).toEqual([503, "NO_PLAN"]);
      expect(problem.detail).toContain("QUANTUM_PORTFOLIO_ENGINE");
      await c.program.remove();
      await network.add("c", PORTFOLIO_ENGINES);
      await network.converged();
      await a.execute({ fresh: true });
    },
    LIMIT_MS,
  );
});

function statusOf({ nodes }: SystemStatus, nodeId: string): string | undefined {
  return nodes.find((node) => node.nodeId === nodeId)?.status;
}
