// Three nodes over Redis under load, one of them killed: what was accepted is answered all the same.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TradingRun } from "../../../src/domain/run-fields.js";
import { inForm } from "../../support/in-form.js";
import { REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { DATA_ENGINES, HEARTBEAT_MS, MODEL_ENGINES, Network, PORTFOLIO_ENGINES, until } from "./network.js";

const LIMIT_MS = 180_000;
const UNIVERSE = ["SPX", "AAPL", "SYN0001", "SYN0002", "SYN0003"];
/** Requests under way at any time. */
const WIDTH = inForm({ short: 4, long: 8 });
const BEFORE_MS = 2_000;
const AFTER_MS = inForm({ short: 2_000, long: 6_000 });
/** What a busy machine may add to what is promised. */
const SLACK_MS = 1_500;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly atMs: number;
  readonly tookMs: number;
}

describeWith(REDIS, "three nodes over Redis under load", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.start();
    await Promise.all([
      network.add("a", DATA_ENGINES),
      network.add("b", ["FACTOR_ENGINE", ...MODEL_ENGINES, ...PORTFOLIO_ENGINES]),
      network.add("c", ["FACTOR_ENGINE", ...MODEL_ENGINES, ...PORTFOLIO_ENGINES]),
    ]);
    await network.converged();
  }, LIMIT_MS);
  afterAll(() => network.stop());

  it(
    "lose no accepted request when one is killed, and do without it within three heartbeats",
    async () => {
      const [asked, killed] = [network.nodes.get("a")!, network.nodes.get("c")!];
      const answers: Answer[] = [];
      let isOver = false;
      const ask = async (): Promise<void> => {
        while (!isOver) {
          const atMs = performance.now();
          const response = await asked.post("/api/v1/workflows/portfolio_optimization/execute", {
            universe: UNIVERSE,
            lookbackBars: 120,
            fresh: true,
            deadlineMs: 30_000,
          });
          const text = await response.text();
          answers.push({ status: response.status, text, atMs, tookMs: performance.now() - atMs });
        }
      };
      const lanes = Array.from({ length: WIDTH }, ask);
      await pause(BEFORE_MS);
      process.kill(killed.program.pid, "SIGKILL");
      const killedMs = performance.now();
      await until("the dead node is known to be dead", async () => {
        const { nodes } = await asked.status();
        return nodes.every(({ nodeId, status }) => nodeId !== "c" || status === "dead");
      });
      const knownMs = performance.now() - killedMs;
      await pause(AFTER_MS);
      isOver = true;
      await Promise.all(lanes);
      const failed = answers.filter(({ status }) => status !== 200).map(({ text }) => text.slice(0, 300));
      expect(failed).toEqual([]);
      expect(knownMs).toBeLessThan(3 * HEARTBEAT_MS + SLACK_MS);
      const [before, across] = [
        answers.filter(({ atMs }) => atMs < killedMs),
        answers.filter(({ atMs }) => atMs >= killedMs),
      ];
      expect(across.length).toBeGreaterThan(WIDTH);
      // Both had a share of the work, and the one that is left has all of it.
      expect(hosts(before)).toEqual(new Set(["a", "b", "c"]));
      expect(hosts(across.slice(-WIDTH)).has("c")).toBe(false);
      const longestMs = Math.max(...answers.map(({ tookMs }) => tookMs));
      expect(longestMs).toBeLessThan(3 * HEARTBEAT_MS + Math.max(...before.map(({ tookMs }) => tookMs)) + SLACK_MS);
    },
    LIMIT_MS,
  );
});

function hosts(answers: readonly Answer[]): ReadonlySet<string> {
  const runs = answers.map(({ text }) => JSON.parse(text) as TradingRun);
  return new Set(runs.flatMap(({ steps }) => steps.map(({ instanceId }) => instanceId?.split("@")[1] ?? "")));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
