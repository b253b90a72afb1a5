import { describe, expect, it } from "vitest";
import { NautilusError } from "../../src/contracts/errors.js";
import type { RunView } from "../../src/contracts/views/runs.js";
import { systemClock } from "../../src/kernel/system-clock.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";
import { runView } from "./support/views.js";

const EXECUTE = "/api/v1/workflows/portfolio_optimization/execute";

describe("POST /api/v1/workflows/{name}/execute", () => {
  it("passes on what was asked, with the defaults of the rest", async () => {
    const { node, post } = scriptedApi();
    const asked = { universe: ["A", "B"], asOf: "2018-01-05", constraints: { maxWeight: 0.5 }, fresh: true };
    const response = await post(EXECUTE, asked);
    expect(await response.json()).toEqual(runView());
    expect(node.asked.executed[0]).toMatchObject({
      workflow: "portfolio_optimization",
      request: { ...asked, constraints: { minWeight: 0.01, maxWeight: 0.5, maxAssets: 10 }, capital: 1_000_000 },
    });
  });

  it("does not know every workflow", async () => {
    const { post } = scriptedApi();
    expect(await problemOf(await post("/api/v1/workflows/alchemy/execute"))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("writes typed arrays as arrays, and NaN in them as null", async () => {
    const { node, post } = scriptedApi();
    const result = { matrix: { values: Float64Array.of(1, Number.NaN, -0.5), nested: [{ ids: Uint8Array.of(7) }] } };
    node.answer = async () => runView({ result });
    const run = (await (await post(EXECUTE)).json()) as RunView;
    expect(run.result).toEqual({ matrix: { values: [1, null, -0.5], nested: [{ ids: [7] }] } });
  });

  it("sends a large result whole", async () => {
    const { node, post } = scriptedApi({ clock: systemClock });
    const values = Float64Array.from({ length: 50_000 }, (_, index) => index / 7);
    node.answer = async () => runView({ result: { matrix: { values } } });
    const run = (await (await post(EXECUTE)).json()) as RunView;
    expect(run.result).toEqual({ matrix: { values: Array.from(values) } });
  });

  it("abandons the run when the client goes away", async () => {
    const { node, post } = scriptedApi();
    const client = new AbortController();
    node.answer = (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(new NautilusError("CANCELLED", "the caller went away")));
        client.abort();
      });
    expect(await problemOf(await post(EXECUTE, {}, { signal: client.signal }))).toMatchObject({
      code: "CANCELLED",
      status: 499,
    });
  });

  it.each([
    ["INFEASIBLE", 422],
    ["NO_HISTORY", 422],
    ["NO_PLAN", 503],
    ["OVERLOADED", 503],
    ["DEADLINE_EXCEEDED", 504],
  ] as const)("answers %s with %i", async (code, status) => {
    const { node, post } = scriptedApi();
    node.answer = () => Promise.reject(new NautilusError(code, "because", { details: { constraint: "maxAssets" } }));
    const response = await post(EXECUTE);
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code, detail: "because", details: { constraint: "maxAssets" } });
  });
});

describe("POST /api/v1/goals", () => {
  it("pursues any products", async () => {
    const { node, post } = scriptedApi();
    expect((await post("/api/v1/goals", { products: ["risk.model"], deadlineMs: 50 })).status).toBe(200);
    expect(node.asked.pursued[0]?.goal).toMatchObject({
      products: ["risk.model"],
      deadlineMs: 50,
      preference: "balanced",
    });
  });

  it("needs to be told which", async () => {
    const { post } = scriptedApi();
    const problem = await problemOf(await post("/api/v1/goals"));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ path: "products" }] } });
  });
});

describe("GET /api/v1/workflows/runs", () => {
  it("lists runs without what is large of them", async () => {
    const { node, get } = scriptedApi();
    const { runs } = (await (await get("/api/v1/workflows/runs")).json()) as { runs: RunView[] };
    expect(runs.map(({ runId }) => runId)).toEqual(["run-1"]);
    for (const large of ["result", "universe", "plan"]) {
      expect(runs[0]).not.toHaveProperty(large);
      expect(node.keptRuns[0]).toHaveProperty(large);
    }
    expect(runs[0]).toMatchObject({ status: "succeeded", steps: [{ status: "succeeded" }] });
  });

  it("gives them page by page", async () => {
    const { node, get } = scriptedApi();
    node.keptRuns = ["run-5", "run-4", "run-3", "run-2", "run-1"].map((runId) => runView({ runId }));
    const pages: string[][] = [];
    for (let next: string | null = ""; next !== null;) {
      const path: string = `/api/v1/workflows/runs?limit=2${next === "" ? "" : `&before=${next}`}`;
      const page = (await (await get(path)).json()) as { runs: RunView[]; next: string | null };
      pages.push(page.runs.map(({ runId }) => runId));
      next = page.next;
    }
    expect(pages).toEqual([["run-5", "run-4"], ["run-3", "run-2"], ["run-1"]]);
  });

  it.each(["0", "1001", "2.5", "many", ""])("takes no limit of %j", async (limit) => {
    const { get } = scriptedApi();
    const problem = await problemOf(await get(`/api/v1/workflows/runs?limit=${limit}`));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ in: "query", path: "limit" }] } });
  });

  it("shows one run whole", async () => {
    const { get } = scriptedApi();
    expect(await (await get("/api/v1/workflows/runs/run-1")).json()).toEqual(runView());
  });

  it("does not know every run", async () => {
    const { get } = scriptedApi();
    expect(await problemOf(await get("/api/v1/workflows/runs/run-9"))).toMatchObject({ code: "NOT_FOUND" });
  });
});
