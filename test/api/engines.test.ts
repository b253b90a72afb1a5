import { describe, expect, it } from "vitest";
import type { EngineView } from "../../src/contracts/views/engines.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

describe("GET /api/v1/engines", () => {
  it("lists every instance with its identity", async () => {
    const { node, get } = scriptedApi();
    expect(await (await get("/api/v1/engines")).json()).toEqual({ engines: node.engineViews });
  });

  it("shows an instance by its id", async () => {
    const { get } = scriptedApi();
    const engine = (await (await get("/api/v1/engines/FACTOR_ENGINE.0@node-1")).json()) as EngineView;
    expect(engine.instanceId).toBe("FACTOR_ENGINE.0@node-1");
  });

  it("shows the busiest instance of an engine, and which others there are", async () => {
    const { get } = scriptedApi();
    expect(await (await get("/api/v1/engines/FACTOR_ENGINE")).json()).toMatchObject({
      instanceId: "FACTOR_ENGINE.1@node-1",
      instances: ["FACTOR_ENGINE.0@node-1", "FACTOR_ENGINE.1@node-1"],
    });
  });

  it("does not know every engine", async () => {
    const { get } = scriptedApi();
    expect(await problemOf(await get("/api/v1/engines/TEA_ENGINE"))).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("POST /api/v1/engines/{id}/{verb}", () => {
  it.each(["stop", "start", "drain", "restart"])("%s acts on one instance", async (verb) => {
    const { node, post } = scriptedApi();
    const response = await post(`/api/v1/engines/FACTOR_ENGINE/${verb}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ engines: [node.engineViews[0]] });
    expect(node.asked.operated).toEqual([{ verb, id: "FACTOR_ENGINE", all: false }]);
  });

  it("acts on all instances when told so", async () => {
    const { node, post } = scriptedApi();
    await post("/api/v1/engines/FACTOR_ENGINE/stop?instances=all");
    expect(node.asked.operated).toEqual([{ verb: "stop", id: "FACTOR_ENGINE", all: true }]);
  });

  it("crashes only on a node that was started for it", async () => {
    const tame = scriptedApi();
    const problem = await problemOf(await tame.post("/api/v1/engines/FACTOR_ENGINE/crash"));
    expect(problem).toMatchObject({ code: "FORBIDDEN" });
    expect(tame.node.asked.operated).toEqual([]);

    const wild = scriptedApi({ chaos: true });
    expect((await wild.post("/api/v1/engines/FACTOR_ENGINE/crash")).status).toBe(200);
    expect(wild.node.asked.operated).toEqual([{ verb: "crash", id: "FACTOR_ENGINE", all: false }]);
  });

  it.each([
    ["/api/v1/engines/FACTOR_ENGINE/stop?instances=some", undefined, "instances"],
    ["/api/v1/engines/FACTOR_ENGINE/stop?all=1", undefined, "all"],
    ["/api/v1/engines/FACTOR_ENGINE/stop", { force: true }, "force"],
  ])("refuses %s with body %j, naming the field", async (path, body, field) => {
    const { node, post } = scriptedApi();
    const problem = await problemOf(await post(path, body));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ path: field }] } });
    expect(node.asked.operated).toEqual([]);
  });

  it("has no other verbs", async () => {
    const { post } = scriptedApi();
    expect(await problemOf(await post("/api/v1/engines/FACTOR_ENGINE/explode"))).toMatchObject({ code: "NOT_FOUND" });
  });
});
