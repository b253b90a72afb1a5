import { describe, expect, it } from "vitest";
import { actorList, systemStatus, topology, workflowView } from "./support/views.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

describe("GET /health", () => {
  it("is 200 while the node serves, degraded or not", async () => {
    const { node, get } = scriptedApi();
    node.level = "degraded";
    const response = await get("/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "degraded", nodeId: "node-1", reasons: [] });
  });

  it("is 503 while it starts", async () => {
    const { node, get } = scriptedApi();
    Object.assign(node, { alive: false, level: "starting" });
    const response = await get("/health");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "starting" });
  });
});

describe("GET /ready", () => {
  it.each([
    [true, 200],
    [false, 503],
  ])("reachable %s: %i, with what is asked about", async (reachable, status) => {
    const { node, get } = scriptedApi();
    node.reachable = reachable;
    const response = await get("/ready?workflow=portfolio_optimization");
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ ready: reachable, workflows: [workflowView({ reachable })] });
  });

  it("does not know every workflow", async () => {
    const { get } = scriptedApi();
    expect(await problemOf(await get("/ready?workflow=alchemy"))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("refuses an unknown question", async () => {
    const { get } = scriptedApi();
    const problem = await problemOf(await get("/ready?workflows=alchemy"));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ in: "query", path: "workflows" }] } });
  });
});

describe("the views of a node", () => {
  it.each([
    ["/api/v1/system/status", systemStatus()],
    ["/api/v1/actors", actorList()],
    ["/api/v1/network/topology", topology()],
    ["/api/v1/workflows", { workflows: [workflowView()] }],
  ])("GET %s shows it as it is", async (path, view) => {
    const { get } = scriptedApi();
    expect(await (await get(path)).json()).toEqual(view);
  });

  it("writes NaN and infinities as null", async () => {
    const { get } = scriptedApi();
    const view = (await (await get("/api/v1/performance/dashboard")).json()) as { eventLoopDelayMs: unknown };
    expect(view.eventLoopDelayMs).toEqual({ p50: 1, p99: null, max: null });
  });

  it("are not cached, and not guessed at", async () => {
    const { get } = scriptedApi();
    const { headers } = await get("/api/v1/system/status");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

describe("GET /metrics", () => {
  it("shows what the node and the API count, as Prometheus text", async () => {
    const { get, api } = scriptedApi();
    await get("/health");
    await get("/health");
    await api.request("/nowhere", { method: "BREW" });
    const response = await get("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const lines = (await response.text()).split("\n");
    expect(lines).toContain("nautilus_runs_total 3");
    expect(lines).toContain('nautilus_http_requests_total{method="GET",route="/health",status="200"} 2');
    expect(lines).toContain('nautilus_http_requests_total{method="other",route="none",status="404"} 1');
    expect(lines.filter((line) => line !== "" && !/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [\d.]+)$/.test(line))).toEqual(
      [],
    );
  });
});
