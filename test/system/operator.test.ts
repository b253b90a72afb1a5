// Operators stop, start and crash engines while requests come in: the node stays up, and says honestly what it cannot do.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineView } from "../../src/contracts/views/engines.js";
import type { TradingRun } from "../../src/domain/run-fields.js";
import { problemOf } from "../api/support/problems.js";
import { PORTFOLIO, startNode, type NodeProcess } from "./support/node-process.js";
import { expectSoundPortfolio, SEVEN } from "./support/runs.js";

/** What a request may answer while an engine is down. */
const HONEST = new Set(["GIVER_DOWN", "NO_PLAN", "OVERLOADED"]);
const PATIENCE_MS = 30_000;

async function lifecycleOf(node: NodeProcess, engineId: string): Promise<string> {
  const { body } = await node.get<EngineView>(`/api/v1/engines/${engineId}`);
  return body.health.lifecycle;
}

/** Asks again and again until the engine is there; each question takes a turn of the node. */
async function becomes(node: NodeProcess, engineId: string, lifecycle: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  let now = await lifecycleOf(node, engineId);
  while (now !== lifecycle) {
    if (performance.now() > endMs) throw new Error(`${engineId} is ${now}, not ${lifecycle}, after ${PATIENCE_MS} ms`);
    now = await lifecycleOf(node, engineId);
  }
}

/** 200 with a sound portfolio, or a problem document that says who is missing. */
async function expectHonest(response: Response): Promise<"succeeded" | "refused"> {
  if (response.status === 200) {
    expectSoundPortfolio((await response.json()) as TradingRun);
    return "succeeded";
  }
  const problem = await problemOf(response);
  expect(HONEST, JSON.stringify(problem)).toContain(problem.code);
  return "refused";
}

describe("the verbs of an operator", () => {
  let node: NodeProcess;
  beforeAll(async () => {
    node = await startNode(["--speed", "max", "--universe", "8", "--chaos"]);
  });
  afterAll(() => node.program.remove());

  it.each(SEVEN)("crash %s under requests: the node stays up and the engine comes back", async (engineId) => {
    const asked = Array.from({ length: 3 }, () => node.post(PORTFOLIO, { fresh: true }));
    const crashed = await node.operate("crash", engineId);
    expect(crashed.status, await crashed.text()).toBe(200);
    const later = [node.post(PORTFOLIO, { fresh: true }), node.fetch("/health")] as const;
    await Promise.all([...asked, later[0]].map(async (response) => expectHonest(await response)));
    expect((await later[1]).status).toBe(200);
    await becomes(node, engineId, "running");
    expectSoundPortfolio((await node.execute({ fresh: true })).run);
    const { body } = await node.get<EngineView>(`/api/v1/engines/${engineId}`);
    expect(body.health.restarts).toBe(1);
  });

  it("stop, start, drain and restart an engine", async () => {
    for (const verb of ["stop", "drain"]) {
      expect((await node.operate(verb, "RISK_ENGINE")).status).toBe(200);
      await becomes(node, "RISK_ENGINE", "stopped");
      const problem = await node.refused(PORTFOLIO, { fresh: true });
      expect(problem).toMatchObject({ code: "NO_PLAN", status: 503 });
      expect(problem.detail).toContain("risk.model");
      expect((await node.fetch("/health")).status).toBe(200);
      expect((await node.fetch("/ready")).status).toBe(503);
      expect((await node.operate("drain", "RISK_ENGINE")).status).toBe(409);
      expect((await node.operate("start", "RISK_ENGINE")).status).toBe(200);
      await becomes(node, "RISK_ENGINE", "running");
    }
    const asked = node.post(PORTFOLIO, { fresh: true });
    expect((await node.operate("restart", "RISK_ENGINE")).status).toBe(200);
    await expectHonest(await asked);
    await becomes(node, "RISK_ENGINE", "running");
    expect((await node.fetch("/ready")).status).toBe(200);
    expectSoundPortfolio((await node.execute()).run);
  });

  it("say which engine they do not know, and crash nothing without --chaos", async () => {
    expect(await node.refused("/api/v1/engines/NO_ENGINE/stop")).toMatchObject({ code: "NOT_FOUND", status: 404 });
    const careful = await startNode(["--speed", "max", "--universe", "2", "--token", "secret-of-the-test"]);
    try {
      expect(await careful.refused("/api/v1/engines/RISK_ENGINE/crash")).toMatchObject({ code: "UNAUTHORIZED" });
      const headers = { authorization: "Bearer secret-of-the-test" };
      const path = "/api/v1/engines/RISK_ENGINE/crash";
      const problem = await problemOf(await careful.fetch(path, { method: "POST", headers }));
      expect(problem).toMatchObject({ code: "FORBIDDEN", status: 403 });
      expect((await careful.fetch("/health")).status).toBe(200);
    } finally {
      await careful.program.remove();
    }
  });
});
