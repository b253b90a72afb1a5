import { describe, expect, it } from "vitest";
import { RouteExplanationSchema } from "../../src/contracts/route-record.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

describe("GET /api/v1/routes/explain", () => {
  it("explains the choices of one product, or of all", async () => {
    const { get } = scriptedApi();
    const one = await (await get("/api/v1/routes/explain?product=factor.matrix")).json();
    expect(RouteExplanationSchema.parse(one)).toMatchObject({ product: "factor.matrix" });
    expect(await (await get("/api/v1/routes/explain")).json()).toMatchObject({ product: null });
  });

  it.each(["limit=0", "limit=201", "limit=x", "product=", "produkt=factor.matrix"])("refuses ?%s", async (query) => {
    const { get } = scriptedApi();
    expect(await problemOf(await get(`/api/v1/routes/explain?${query}`))).toMatchObject({ code: "INVALID_INPUT" });
  });
});
