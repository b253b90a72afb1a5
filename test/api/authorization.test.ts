import { describe, expect, it } from "vitest";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

const STATUS = "/api/v1/system/status";

function bearing(given: string): RequestInit {
  return { headers: { authorization: given } };
}

describe("bearerOf", () => {
  const secret = "wl7-secret-token";

  it.each(["/health", "/ready"])("leaves %s open", async (path) => {
    expect((await scriptedApi({ token: secret }).get(path)).status).toBe(200);
  });

  it.each([STATUS, "/docs", "/openapi.json", "/metrics", "/api/v1/events", "/nowhere", "/health/"])(
    "guards %s",
    async (path) => {
      const response = await scriptedApi({ token: secret }).get(path);
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="nautilus"');
      expect(await problemOf(response)).toMatchObject({ code: "UNAUTHORIZED", instance: path });
    },
  );

  it.each([`Bearer ${secret}`, `bearer   ${secret}`])("lets %s pass", async (given) => {
    expect((await scriptedApi({ token: secret }).get(STATUS, bearing(given))).status).toBe(200);
  });

  it.each([`Bearer ${secret}x`, `Bearer ${secret.slice(1)}`, "Bearer x"])("refuses %s", async (given) => {
    const response = await scriptedApi({ token: secret }).get(STATUS, bearing(given));
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await problemOf(response)).toMatchObject({ code: "UNAUTHORIZED", detail: "not the token" });
  });

  it.each([secret, `Basic ${secret}`, "Bearer", "Bearer "])("does not take %j for a bearer", async (given) => {
    expect((await scriptedApi({ token: secret }).get(STATUS, bearing(given))).status).toBe(401);
  });

  it("acts on nothing that it refuses", async () => {
    const { node, post } = scriptedApi({ token: secret });
    await post("/api/v1/engines/FACTOR_ENGINE/stop");
    expect(node.asked.operated).toEqual([]);
  });

  it("is not there without a token", async () => {
    expect((await scriptedApi().get(STATUS, bearing("Bearer anything"))).status).toBe(200);
  });
});
