// Hidden steps are none: without any one of the seven engines, the node says what is missing instead of answering.
import { describe, expect, it } from "vitest";
import { createNode } from "../../src/node/create-node.js";
import { createInlinePool } from "../../src/kernel/inline-pool.js";
import { problemOf, type ProblemBody } from "../api/support/problems.js";
import { PORTFOLIO, startNode } from "./support/node-process.js";
import { SEVEN } from "./support/runs.js";

/** What each gives that no other does: found missing first, or because of it. */
const GIVES: Readonly<Record<(typeof SEVEN)[number], string>> = {
  COLLATERAL_ENGINE: "allocation.margin@1",
  FACTOR_ENGINE: "factor.matrix@1",
  FEATURES_ENGINE: "feature.matrix@1",
  IBKR_KEEPALIVE_ENGINE: "market.history@1",
  ML_ENGINE: "return.prediction@1",
  QUANTUM_PORTFOLIO_ENGINE: "portfolio.allocation@1",
  RISK_ENGINE: "risk.model@1",
};

function allBut(engine: string): string[] {
  return SEVEN.filter((each) => each !== engine);
}

function expectMissing(problem: ProblemBody, engine: (typeof SEVEN)[number]): void {
  expect(problem).toMatchObject({ code: "NO_PLAN", status: 503 });
  expect(problem.detail).toContain(GIVES[engine]);
  expect(problem.detail).toContain(engine);
  expect(problem["result"]).toBeUndefined();
}

describe("a node without one of the seven engines", () => {
  it.each(SEVEN)("names the product that %s would have given, and is up all the same", async (engine) => {
    const node = createNode(
      { engines: allBut(engine), speed: "max", universe: 4, logLevel: "silent" },
      { pool: createInlinePool() },
    );
    const ask = async (path: string, method = "GET"): Promise<Response> =>
      node.fetch(new Request(`http://node${path}`, { method }));
    await node.start();
    try {
      const began = performance.now();
      expectMissing(await problemOf(await ask(PORTFOLIO, "POST")), engine);
      expect(performance.now() - began).toBeLessThan(1000);
      const health = await ask("/health");
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({
        status: "degraded",
        reasons: [expect.stringContaining(GIVES[engine])],
      });
      expect((await ask("/ready")).status).toBe(503);
      expect((await ask("/ready?workflow=portfolio_optimization")).status).toBe(503);
    } finally {
      await node.stop();
    }
  });

  it("does so as a process of its own", async () => {
    const node = await startNode(["--speed", "max", "--universe", "8", "--engines", allBut("ML_ENGINE").join(",")]);
    try {
      const began = performance.now();
      expectMissing(await node.refused(PORTFOLIO), "ML_ENGINE");
      expect(performance.now() - began).toBeLessThan(1000);
      expect(await node.get("/health")).toMatchObject({ status: 200, body: { status: "degraded" } });
      expect((await node.fetch("/ready")).status).toBe(503);
    } finally {
      await node.program.remove();
    }
  });
});
