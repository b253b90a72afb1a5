// Whatever is wrong with what comes in: one clear line or document, the right code, and a node that goes on serving.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvRows, csvText, dataFolder } from "./support/csv-bars.js";
import { PORTFOLIO, startNode, type NodeProcess } from "./support/node-process.js";
import { nautilus } from "./support/program.js";
import { expectSoundPortfolio } from "./support/runs.js";

const START = ["start", "--port", "0", "--log-level", "warn"];

const folder = dataFolder();
const rows = csvRows(400);
// The header is line 1, so that row 7 stands in line 9.
const bad = rows.map((row, index) => (index === 7 ? row.replace(/,[^,]+,(?=\d+$)/, ",never,") : row));
const badFile = folder.write("bad.csv", csvText(bad));

let node: NodeProcess;
beforeAll(async () => {
  node = await startNode(["--feed", "csv", "--data", badFile, "--speed", "max", "--live-bars", "10"]);
});
afterAll(async () => {
  await node.program.remove();
  folder.remove();
});

/** One line, which says everything. */
function expectOneLine(err: string, ...said: (string | RegExp)[]): void {
  const lines = err.trimEnd().split("\n");
  expect(lines, err).toHaveLength(1);
  for (const each of said) expect(lines[0]).toMatch(each);
}

describe("nautilus start", () => {
  it("skips a bad row, names its file, line and column, and counts it", async () => {
    const { feed } = await node.status();
    expect(feed).toMatchObject({ rowsRead: rows.length, rowsSkipped: 1 });
    expect(feed?.problems).toEqual([`${badFile}: line 9, column close: "never" is not a number`]);
    expect(node.program.err + node.program.out).toContain("line 9, column close");
    expectSoundPortfolio((await node.execute({ lookbackBars: 200 })).run);
  });

  it("stops at a bad row under --strict-data", async () => {
    const { code, err } = await nautilus([...START, "--feed", "csv", "--data", badFile, "--strict-data"]);
    expect(code).toBe(1);
    expectOneLine(err, `${badFile}: line 9, column close: "never" is not a number`);
  });

  it("refuses a file that was cut off", async () => {
    const packed = gzipSync(csvText(rows));
    const path = folder.write("cut.csv.gz", packed.subarray(0, packed.length / 2));
    const { code, err } = await nautilus([...START, "--feed", "csv", "--data", path]);
    expect(code).toBe(1);
    expectOneLine(err, path, /cut off/);
  });

  it("refuses what it does not know, with exit code 2", async () => {
    const unknown = await nautilus([...START, "--sped", "max"]);
    expect(unknown.code).toBe(2);
    expectOneLine(unknown.err, "--sped", "--speed");
    const engine = await nautilus([...START, "--engines", "FACTOR_ENGIN"]);
    expect(engine.code).toBe(2);
    expectOneLine(engine.err, /^nautilus: --engines: no engine FACTOR_ENGIN /);
  });

  it("says when its port is in use, and leaves nothing behind", async () => {
    const { code, err } = await nautilus(["start", "--port", node.port]);
    expect(code).toBe(1);
    expectOneLine(err, node.port, /in use/);
  });
});

describe("POST execute", () => {
  const EXECUTE = PORTFOLIO;

  it("refuses a body that is no JSON, and what it does not know in one", async () => {
    expect(await node.refused(EXECUTE, '{"universe": [')).toMatchObject({ code: "INVALID_INPUT", status: 400 });
    const problem = await node.refused(EXECUTE, { univers: [] });
    expect(problem).toMatchObject({ code: "INVALID_INPUT", status: 400, detail: expect.stringContaining("univers") });
  });

  it("names the workflows there are instead of an unknown one", async () => {
    const problem = await node.refused("/api/v1/workflows/portfolio_optimisation/execute", {});
    expect(problem).toMatchObject({ code: "NOT_FOUND", status: 404 });
    expect(problem.detail).toContain("portfolio_optimization");
  });

  it("says that a universe of one asset cannot be optimised", async () => {
    const problem = await node.refused(EXECUTE, { universe: ["ANT"] });
    expect(problem).toMatchObject({ status: 422 });
    expect(problem.detail).toMatch(/universe|ANT|one|1 /);
  });

  it("gives up at its deadline, with the steps so far", async () => {
    const problem = await node.refused(EXECUTE, { deadlineMs: 1, fresh: true, lookbackBars: 300 });
    expect(problem).toMatchObject({ code: "DEADLINE_EXCEEDED", status: 504, steps: expect.any(Array) });
  });

  it.each([
    [{ minWeight: 0.3, maxWeight: 0.2 }, "minWeight"],
    [{ maxWeight: 0.1, maxAssets: 5 }, "maxAssets"],
    [{ minWeight: 0.36, maxWeight: 0.4, maxAssets: 6 }, "minWeight"],
    [{ maxWeight: 0.125 }, "universe"],
  ])("names the constraint that makes %j impossible", async (constraints, culprit) => {
    const problem = await node.refused(EXECUTE, { constraints, lookbackBars: 200 });
    expect(problem).toMatchObject({ code: "INFEASIBLE", status: 422, details: { constraint: culprit } });
    expect(problem.detail).toContain(culprit);
  });

  it("names the last bar when asked as of a later day", async () => {
    const { feed } = await node.status();
    const problem = await node.refused(EXECUTE, { asOf: "2040-01-02" });
    expect(problem).toMatchObject({ code: "NO_HISTORY", status: 422 });
    expect(problem.detail).toContain(feed?.lastDate);
  });

  it("names a symbol that it does not have", async () => {
    const problem = await node.refused(EXECUTE, { universe: ["ANT", "GNU"] });
    expect(problem).toMatchObject({ code: "INVALID_INPUT", status: 400 });
    expect(problem.detail).toContain("GNU");
  });

  it("still serves after all that", async () => {
    expect(await node.get("/health")).toMatchObject({ status: 200, body: { status: "healthy" } });
    expectSoundPortfolio((await node.execute({ lookbackBars: 200 })).run);
    expect((await node.status()).runs).toMatchObject({ active: 0, queued: 0 });
  });
});
