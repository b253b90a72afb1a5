import { describe, expect, it } from "vitest";
import { DeadLetterPageSchema } from "../../src/contracts/views/dead-letters.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

describe("GET /api/v1/dead-letters", () => {
  it.each([
    ["", { limit: 100, before: undefined, data: false }],
    ["?limit=2&before=7&data=true", { limit: 2, before: 7, data: true }],
    ["?data=false", { limit: 100, before: undefined, data: false }],
  ])("asks the node for the page of %s", async (query, asked) => {
    const { node, get } = scriptedApi();
    const response = await get(`/api/v1/dead-letters${query}`);
    expect(response.status).toBe(200);
    const page = DeadLetterPageSchema.parse(await response.json());
    expect(page).toEqual({ deadLetters: node.keptDeadLetters, total: 7, kept: 2, next: null });
    expect(node.asked.deadLetters).toEqual([asked]);
  });

  it.each(["limit=0", "limit=1025", "before=0", "before=x", "data=yes", "after=1"])("refuses %s", async (query) => {
    const { get } = scriptedApi();
    expect(await problemOf(await get(`/api/v1/dead-letters?${query}`))).toMatchObject({ code: "INVALID_INPUT" });
  });
});
