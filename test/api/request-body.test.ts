import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { problemOf } from "./support/problems.js";
import { scriptedApi } from "./support/scripted-api.js";

const EXECUTE = "/api/v1/workflows/portfolio_optimization/execute";
const JSON_HEADERS = { "content-type": "application/json" };
const MIB = 1_048_576;

/** Sends chunk after chunk without saying how much will come; counts what was taken. */
function endlessBody(chunk: string): { body: ReadableStream<Uint8Array>; taken: () => number } {
  const bytes = new TextEncoder().encode(chunk);
  let taken = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      taken += bytes.byteLength;
      controller.enqueue(bytes);
    },
  });
  return { body, taken: () => taken };
}

describe("a request body", () => {
  it.each([
    ["no body", undefined],
    ["an empty body", { body: "", headers: { "content-type": "application/x-www-form-urlencoded" } }],
    ["an empty object", { body: "{}", headers: JSON_HEADERS }],
  ])("takes %s for the defaults", async (_, init) => {
    const { node, post } = scriptedApi();
    expect((await post(EXECUTE, undefined, init)).status).toBe(200);
    expect(node.asked.executed[0]?.request).toEqual({
      lookbackBars: 252,
      constraints: { minWeight: 0.01, maxWeight: 0.25, maxAssets: 10 },
      riskAversion: 5,
      capital: 1_000_000,
      preference: "balanced",
      fresh: false,
      deadlineMs: 10_000,
    });
  });

  it("names the line and column where JSON is malformed", async () => {
    const { post, node } = scriptedApi();
    const problem = await problemOf(await post(EXECUTE, '{\n  "capital": 1e6,\n  "fresh": yes\n}'));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { line: 3, column: 12, expected: "a value" } });
    expect(problem.detail).toBe("malformed JSON at line 3, column 12: expected a value");
    expect(node.asked.executed).toEqual([]);
  });

  it("names every bad field by its path", async () => {
    const { post } = scriptedApi();
    const problem = await problemOf(
      await post(EXECUTE, { constraints: { maxWeight: 2, maxWeights: 1 }, universe: ["A", 7], asof: "2018-01-05" }),
    );
    expect(problem.code).toBe("INVALID_INPUT");
    const issues = problem.details?.["issues"] as { path: string }[];
    expect(issues.map(({ path }) => path).sort()).toEqual([
      "asof",
      "constraints.maxWeight",
      "constraints.maxWeights",
      "universe.1",
    ]);
    expect(problem.detail).toContain("asof: not a field that is known here");
  });

  it("names a field called __proto__ like any other", async () => {
    const { post } = scriptedApi();
    const problem = await problemOf(await post(EXECUTE, '{"__proto__": {"fresh": true}}'));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ path: "__proto__" }] } });
  });

  it.each([
    ["facts.__proto__", '{"products": ["risk.model"], "facts": {"__proto__": {"fresh": true}}}'],
    ["facts.x.0.__proto__", '{"products": ["risk.model"], "facts": {"x": [{"__prot\\u006f__": 1}]}}'],
  ])("refuses %s, which would be lost", async (path, body) => {
    const { node, post } = scriptedApi();
    const problem = await problemOf(await post("/api/v1/goals", body));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", details: { issues: [{ in: "body", path }] } });
    expect(problem.detail).toContain(path);
    expect(node.asked.pursued).toEqual([]);
  });

  it("takes text that only tells of __proto__", async () => {
    const { post } = scriptedApi();
    expect((await post("/api/v1/goals", { products: ["__proto__"], facts: { x: "__proto__\u0000" } })).status).toBe(
      200,
    );
  });

  it("tells of thousands of bad fields in few words", async () => {
    const { post } = scriptedApi();
    const response = await post(EXECUTE, { universe: Array.from({ length: 50_000 }, () => 1) });
    const text = JSON.stringify(await problemOf(response));
    expect(text.length).toBeLessThan(10_000);
  });

  it.each(["{}x", "[]", "null", '"text"', "17", "true"])("refuses %s", async (body) => {
    const { post } = scriptedApi();
    expect(await problemOf(await post(EXECUTE, body))).toMatchObject({ code: "INVALID_INPUT" });
  });

  it("refuses what is not UTF-8", async () => {
    const { post } = scriptedApi();
    const body = Uint8Array.from([0x7b, 0xff, 0x7d]);
    const problem = await problemOf(await post(EXECUTE, undefined, { body, headers: JSON_HEADERS }));
    expect(problem).toMatchObject({ code: "INVALID_INPUT", detail: "the body is not valid UTF-8" });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])("refuses %s", async (type) => {
    const { post } = scriptedApi();
    const problem = await problemOf(await post(EXECUTE, undefined, { body: "{}", headers: { "content-type": type } }));
    expect(problem).toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(problem.detail).toContain(type);
  });

  it.each(["Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"', "application/json; charset=utf8"])(
    "takes %s",
    async (type) => {
      const { post } = scriptedApi();
      const headers = { "content-type": type };
      expect((await post(EXECUTE, undefined, { body: "{}", headers })).status).toBe(200);
    },
  );

  it.each([
    "application/json; charset=utf-16",
    "application/json; Charset = latin1",
    'application/json; q=1; charset="iso-8859-1"',
    "application/json; charset=utf-8; charset=utf-16",
    "application/json; charset=",
  ])("refuses %s, whatever the bytes", async (type) => {
    const { post } = scriptedApi();
    for (const body of ["{}", Uint8Array.from([0x7b, 0xff, 0x7d])]) {
      const problem = await problemOf(await post(EXECUTE, undefined, { body, headers: { "content-type": type } }));
      expect(problem).toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE" });
      expect(problem.detail).toContain(type);
    }
  });

  it("refuses a body that is compressed", async () => {
    const { post } = scriptedApi();
    const headers = { ...JSON_HEADERS, "content-encoding": "gzip" };
    const problem = await problemOf(await post(EXECUTE, undefined, { body: gzipSync("{}"), headers }));
    expect(problem).toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(problem.detail).toContain("gzip");
  });

  it("takes a body that says it is not", async () => {
    const { post } = scriptedApi();
    const headers = { ...JSON_HEADERS, "content-encoding": "Identity" };
    expect((await post(EXECUTE, undefined, { body: "{}", headers })).status).toBe(200);
  });

  it("takes 1 MiB to the byte, and refuses one more", async () => {
    const { post } = scriptedApi();
    expect((await post(EXECUTE, "{}".padEnd(MIB))).status).toBe(200);
    expect(await problemOf(await post(EXECUTE, "{}".padEnd(MIB + 1)))).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
  });

  it("refuses by the declared length before reading", async () => {
    const { post } = scriptedApi();
    const { body, taken } = endlessBody("x".repeat(1024));
    const headers = { ...JSON_HEADERS, "content-length": String(MIB + 1) };
    const response = await post(EXECUTE, undefined, { body, headers, duplex: "half" });
    expect(await problemOf(response)).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect(taken()).toBeLessThanOrEqual(2048);
  });

  it("counts a stream that does not say its length, and stops taking it", async () => {
    const { post } = scriptedApi();
    const { body, taken } = endlessBody("x".repeat(65_536));
    const response = await post(EXECUTE, undefined, { body, headers: JSON_HEADERS, duplex: "half" });
    expect(await problemOf(response)).toMatchObject({ code: "PAYLOAD_TOO_LARGE", details: { limitBytes: MIB } });
    expect(taken()).toBeLessThan(2 * MIB);
  });

  it.each(["[".repeat(500_000), "[".repeat(500_000) + "]".repeat(500_000), '{"a":'.repeat(33)])(
    "refuses what is nothing but depth",
    async (body) => {
      const { post } = scriptedApi();
      const problem = await problemOf(await post(EXECUTE, body));
      expect(problem).toMatchObject({ code: "INVALID_INPUT", detail: "the body nests more than 32 levels" });
    },
  );

  it("does not take brackets in text for depth", async () => {
    const { node, post } = scriptedApi();
    const products = [`\\"${"[{".repeat(60)}`];
    expect((await post("/api/v1/goals", { products })).status).toBe(200);
    expect(node.asked.pursued[0]?.goal.products).toEqual(products);
  });
});
