import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE, type ErrorCode, NautilusError } from "../../src/contracts/errors.js";
import { inForm } from "../support/in-form.js";
import { problemOf } from "./support/problems.js";
import { scriptedApi, type ScriptedApi } from "./support/scripted-api.js";
import { runView } from "./support/views.js";

const RUNS = inForm({ short: 300, long: 1000 });

const scalar = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.string(), fc.constant(null));

/** Objects whose fields are often right, sometimes not, and sometimes unknown. */
const nearlyValid = fc
  .record(
    {
      universe: fc.oneof(fc.array(fc.string(), { maxLength: 4 }), scalar),
      lookbackBars: fc.oneof(fc.integer({ min: -1, max: 30_000 }), scalar),
      asOf: fc.oneof(fc.constantFrom("2018-01-05", "2018-02-30", "1-1-1"), scalar),
      constraints: fc.oneof(
        fc.record({ minWeight: fc.double(), maxWeight: fc.double(), maxAssets: fc.integer() }, { requiredKeys: [] }),
        scalar,
      ),
      riskAversion: fc.oneof(fc.double(), scalar),
      capital: fc.oneof(fc.double(), scalar),
      preference: fc.oneof(fc.constantFrom("fast", "balanced", "best", "worst"), scalar),
      fresh: fc.oneof(fc.boolean(), scalar),
      deadlineMs: fc.oneof(fc.integer({ min: -1, max: 700_000 }), scalar),
      products: fc.oneof(fc.subarray(["risk.model", "factor.matrix@1", "x"]), scalar),
      ["__proto__"]: scalar,
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));

const valid = fc
  .record(
    {
      capital: fc.integer({ min: 1, max: 1e9 }),
      fresh: fc.boolean(),
      preference: fc.constantFrom("fast", "balanced", "best"),
      products: fc.subarray(["risk.model", "factor.matrix@1"], { minLength: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));

const broken = fc
  .tuple(nearlyValid, fc.nat(), fc.string({ maxLength: 3 }))
  .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));

const body = fc.oneof(
  valid,
  nearlyValid,
  broken,
  fc.json(),
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 64 }),
);

const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("text/plain", "multipart/form-data", "application/json; charset=latin1", "a/b"),
  },
);

/** A node that fails now and then, as nodes do. */
const outcome = fc.constantFrom<"succeeds" | ErrorCode>(
  "succeeds",
  "INFEASIBLE",
  "NO_HISTORY",
  "NO_PLAN",
  "OVERLOADED",
  "GIVER_DOWN",
  "DEADLINE_EXCEEDED",
);

async function check(
  scripted: ScriptedApi,
  path: string,
  init: RequestInit,
  documented: readonly string[],
): Promise<void> {
  const response = await scripted.post(path, undefined, init);
  expect(documented).toContain(String(response.status));
  expect(response.status).not.toBe(500);
  if (response.status === 200) {
    expect(await response.json()).toBeTypeOf("object");
    return;
  }
  const problem = await problemOf(response);
  expect(ERROR_TABLE[problem.code].status).toBe(response.status);
}

interface Described {
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

const { paths } = (await (await scriptedApi().get("/openapi.json")).json()) as Described;
const POSTS = Object.entries(paths).flatMap(([path, { post }]) =>
  post === undefined ? [] : [{ path, documented: Object.keys(post.responses) }],
);

describe("every POST", () => {
  it("is under test", () => {
    expect(POSTS).toHaveLength(7);
  });

  it.each(POSTS)(`$path answers ${RUNS} random bodies with success or a documented problem`, async (posted) => {
    const scripted = scriptedApi({ chaos: true });
    const path = posted.path.replace("{name}", "portfolio_optimization").replace("{id}", "FACTOR_ENGINE");
    await fc.assert(
      fc.asyncProperty(body, contentType, outcome, async (sent, type, comes) => {
        scripted.node.answer = async () => {
          if (comes === "succeeds") return runView();
          throw new NautilusError(comes, "as it happens", { details: { run: runView({ status: "failed" }) } });
        };
        const init: RequestInit = { body: sent, headers: { "content-type": type } };
        await check(scripted, path, init, posted.documented);
      }),
      { numRuns: RUNS },
    );
    // Something of it must have been right, or nothing behind the schemas was under test.
    const { executed, pursued, operated } = scripted.node.asked;
    expect(executed.length + pursued.length + operated.length).toBeGreaterThan(0);
  });
});
