import { describe, expect, it } from "vitest";
import { AlertListSchema } from "../../src/contracts/views/alerts.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";
import { alertView } from "./support/views.js";

const cleared = alertView({
  id: "alert-2",
  state: "cleared",
  severity: "critical",
  clearedAt: "2020-01-01T00:00:09.000Z",
});

async function idsAt(path: string): Promise<string[]> {
  const { node, get } = scriptedApi();
  node.keptAlerts = [alertView(), cleared];
  const response = await get(path);
  expect(response.status).toBe(200);
  const list = AlertListSchema.parse(await response.json());
  expect(list).toMatchObject({ active: { info: 0, warning: 1, critical: 0 }, raised: 2, unlisted: 0 });
  return list.alerts.map(({ id }) => id);
}

describe("GET /api/v1/alerts", () => {
  it.each([
    ["", ["alert-1"]],
    ["?state=active", ["alert-1"]],
    ["?state=cleared", ["alert-2"]],
    ["?state=all", ["alert-1", "alert-2"]],
    ["?state=all&severity=critical", ["alert-2"]],
    ["?state=all&limit=1", ["alert-1"]],
  ])("shows with %s what was asked for", async (query, ids) => {
    expect(await idsAt(`/api/v1/alerts${query}`)).toEqual(ids);
  });

  it.each(["state=gone", "severity=fatal", "limit=0", "limit=513", "limit=1.5", "states=active"])(
    "refuses %s",
    async (query) => {
      const { get } = scriptedApi();
      expect(await problemOf(await get(`/api/v1/alerts?${query}`))).toMatchObject({ code: "INVALID_INPUT" });
    },
  );
});
