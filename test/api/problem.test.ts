import { describe, expect, it } from "vitest";
import { NautilusError } from "../../src/contracts/errors.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";
import { runView } from "./support/views.js";

const EXECUTE = "/api/v1/workflows/portfolio_optimization/execute";

describe("the error mapper", () => {
  it("answers an unknown path with 404", async () => {
    const { get } = scriptedApi();
    const problem = await problemOf(await get("/api/v1/nothing-here"));
    expect(problem).toMatchObject({ code: "NOT_FOUND", instance: "/api/v1/nothing-here" });
  });

  it.each([
    ["DELETE", "/health", "GET, HEAD"],
    ["OPTIONS", "/api/v1/engines/FACTOR_ENGINE", "GET, HEAD"],
    ["GET", EXECUTE, "POST"],
    ["HEAD", "/api/v1/engines/FACTOR_ENGINE/stop", "POST"],
  ])("answers the wrong method %s %s with 405 and the right ones", async (method, path, allowed) => {
    const { api } = scriptedApi();
    const response = await api.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allowed);
    if (method !== "HEAD") expect(await problemOf(response)).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });

  it("shows a failed run with its steps so far, beside what else is known", async () => {
    const { node, post } = scriptedApi();
    const run = runView({ status: "failed", error: { code: "GIVER_DOWN", message: "no instance is up" } });
    node.answer = () =>
      Promise.reject(
        new NautilusError("GIVER_DOWN", "no instance is up", { details: { run, product: "factor.matrix@1" } }),
      );
    const response = await post(EXECUTE);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "GIVER_DOWN", retryable: true, runId: "run-1", asOf: "2018-01-05" });
    expect(problem["steps"]).toEqual(run.steps);
    expect(problem.details).toEqual({ product: "factor.matrix@1" });
    expect(problem["result"]).toBeUndefined();
    expect(response.headers.get("retry-after")).toBe("1");
  });

  it("hides the text of a foreign error, and logs it under the request's id", async () => {
    const { node, post, log } = scriptedApi();
    const cause = new Error("secret of the house");
    node.answer = () => Promise.reject(cause);
    const response = await post(EXECUTE, undefined, { headers: { "x-request-id": "mine-1" } });
    const problem = await problemOf(response);
    expect(problem.code).toBe("INTERNAL");
    expect(JSON.stringify(problem)).not.toContain("secret");
    expect(problem.detail).toContain("mine-1");
    expect(response.headers.get("x-request-id")).toBe("mine-1");
    expect(log).toContainEqual({
      level: "error",
      fields: { err: cause, requestId: "mine-1", path: EXECUTE },
      message: "request failed",
    });
  });

  it("gives every answer an id of its own where the request brings none", async () => {
    const { get } = scriptedApi();
    const ids = [await get("/health"), await get("/nothing")].map((answer) => answer.headers.get("x-request-id"));
    expect(ids).toEqual(["request-1", "request-2"]);
  });
});
