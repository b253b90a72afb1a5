// Any body, to any POST of a node with everything in it: never a bug shown as 500, never a request without an answer.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNode } from "../../src/node/create-node.js";
import { problemOf } from "../api/support/problems.js";
import { inForm } from "../support/in-form.js";

const REQUESTS = inForm({ short: 500, long: 2000 });
/** Beyond the default deadline, which a body that says nothing leaves as it is. */
const HANG_MS = 15_000;
const REAL_DEADLINE_MS = 10_000;
const SYMBOLS = ["SPX", "AAPL", "SYN0001", "SYN0002", "SYN0003", "SYN0004", "NONE"];
const PRODUCTS = ["market.history", "risk.model@1", "factor.matrix", "portfolio.allocation", "no.such.product"];

const weight = fc.double({ min: 0, max: 1, noNaN: true });

const fields = {
  universe: fc.subarray(SYMBOLS, { minLength: 1 }),
  lookbackBars: fc.constantFrom(2, 20, 100, 252, 5000, 20_000),
  asOf: fc.constantFrom("2013-05-14", "2016-02-12", "2016-02-13", "2018-05-11", "2030-01-01"),
  constraints: fc.record(
    { minWeight: weight, maxWeight: fc.oneof(weight, fc.constant(1)), maxAssets: fc.integer({ min: 1, max: 8 }) },
    { requiredKeys: [] },
  ),
  riskAversion: fc.double({ min: 0, max: 1000, noNaN: true }),
  capital: fc.double({ min: 1e-9, max: 1e15, noNaN: true }),
  preference: fc.constantFrom("fast", "balanced", "best"),
  fresh: fc.boolean(),
  deadlineMs: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) },
    { weight: 1, arbitrary: fc.constant(REAL_DEADLINE_MS) },
  ),
};
/** Mostly with a deadline that cuts the run off, so that there is time for many; the others go through to their end. */
const valid = fc.record(fields, { requiredKeys: ["deadlineMs"] });
const goal = fc.record(
  {
    ...fields,
    products: fc.subarray(PRODUCTS, { minLength: 1 }),
    facts: fc.dictionary(fc.constantFrom("market.request", "portfolio.mandate@1", "x"), fc.jsonValue(), { maxKeys: 1 }),
  },
  { requiredKeys: ["deadlineMs", "products"] },
);
const spoilt = fc
  .tuple(fc.oneof(valid, goal), fc.constantFrom(...Object.keys(fields), "products", "facts", "__proto__", "other"))
  .chain(([whole, name]) =>
    fc.jsonValue().map((value) => `${JSON.stringify(whole).slice(0, -1)},"${name}":${JSON.stringify(value)}}`),
  );
const noise = fc.oneof(fc.json(), fc.string(), fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 64 }));

const body = fc.oneof(
  valid.map((value) => JSON.stringify(value)),
  goal.map((value) => JSON.stringify(value)),
  spoilt,
  noise,
);

describe("a node under random requests", () => {
  const node = createNode({ speed: "max", universe: 6, chaos: true, logLevel: "silent" });
  beforeAll(() => node.start());
  afterAll(() => node.stop());

  async function answer(path: string, sent: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const headers = { "content-type": "application/json" };
    const request = new Request(`http://node${path}`, { method: "POST", body: sent, headers });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hang = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS);
    });
    return Promise.race([node.fetch(request), hang]).finally(() => clearTimeout(timer));
  }

  async function check(path: string): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const response = await answer(path, sent);
        counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
        expect(response.status).not.toBe(500);
        if (response.status === 200) expect(await response.json()).toBeTypeOf("object");
        else await problemOf(response);
      }),
      { numRuns: REQUESTS },
    );
    return counts;
  }

  async function posts(): Promise<string[]> {
    const response = await node.fetch(new Request("http://node/openapi.json"));
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
    return Object.keys(paths).filter((path) => paths[path]!["post"] !== undefined);
  }

  it(`answers ${REQUESTS} of them to each POST with success or a problem document`, { timeout: 400_000 }, async () => {
    // The verbs of operators last: they stop what the others ask.
    const paths = (await posts()).sort((a, b) => Number(a.includes("engines")) - Number(b.includes("engines")));
    expect(paths).toHaveLength(7);
    for (const path of paths) {
      const counts = await check(path.replace("{name}", "portfolio_optimization").replace("{id}", "FACTOR_ENGINE"));
      // What was sent must have been right now and then, and wrong as well.
      expect(counts.get(400)).toBeGreaterThan(0);
      expect(counts.size).toBeGreaterThan(1);
      // Goals of any products are too seldom within reach to count on one.
      if (path.endsWith("/execute")) expect(counts.get(200)).toBeGreaterThan(0);
    }
    expect(node.port.status().runs).toMatchObject({ active: 0, queued: 0 });
    expect((await node.fetch(new Request("http://node/health"))).status).toBe(200);
  });
});
