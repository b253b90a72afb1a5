import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { faultText } from "../../src/simulation/fault.js";
import type { SimulationReport } from "../../src/simulation/simulate.js";
import { inForm } from "../support/in-form.js";
import { PROGRAM, ROOT } from "../system/support/program.js";
import { simulated } from "./support/simulated.js";

/** Enough for faults. */
const HOURS = inForm({ short: 0.1, long: 0.25 });
const SEED = 11;

const FAULTS =
  "crash:a@5000+5000,pause:b@15000+3000,skew:c@20000+5000*20000,partition:a@30000+9000,drop@45000+5000*0.3";

/** Looks at what the process holds between any two events of a simulation with faults. */
const HANDLES = `
  const load = (path) => import(${JSON.stringify(new URL("dist/simulation/", `file://${ROOT}`).href)} + path);
  const { simulate } = await load("simulate.js");
  const { SCENARIOS } = await load("scenarios/scenarios.js");
  const { parseFault } = await load("fault.js");
  const scenario = SCENARIOS.find(({ name }) => name === "mesh");
  const faults = { list: "${FAULTS}".split(",").map(parseFault) };
  const before = process.getActiveResourcesInfo();
  const seen = new Set();
  const running = simulate({ seed: 3, scenario, horizonMs: 60_000, faults }, () => () => undefined);
  let isOver = false;
  void running.finally(() => (isOver = true));
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const resource of process.getActiveResourcesInfo()) if (!before.includes(resource)) seen.add(resource);
  }
  await running;
  console.log("new: " + [...seen].join());
`;

/** The program as it is built, in a process of its own. */
function simulateInProcess(...options: string[]): { code: number | null; lines: readonly Record<string, unknown>[] } {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, "simulate", "--json", ...options], {
    encoding: "utf8",
  });
  const lines = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code: status, lines };
}

describe("a simulation", () => {
  let report: SimulationReport;
  beforeAll(async () => {
    report = await simulated({ seed: SEED, hours: HOURS });
  });

  it("is the same byte for byte for the same seed, here, again, and in another process", async () => {
    expect(await simulated({ seed: SEED, hours: HOURS })).toEqual(report);
    const { code, lines } = simulateInProcess(
      "--seeds",
      `${SEED}..${SEED + 1}`,
      "--jobs",
      "1",
      "--hours",
      String(HOURS),
    );
    const [same, other] = lines.toSorted((a, b) => Number(a["seed"]) - Number(b["seed"]));
    expect(code).toBe(0);
    expect(same).toMatchObject({ seed: SEED, counts: report.counts, journal: report.journal });
    expect(other).not.toMatchObject({ journal: { hash: report.journal.hash } });
  });

  it("is the same when its drawn faults are given by hand", async () => {
    expect(report.faults.length).toBeGreaterThan(0);
    const faults = report.faults.map(faultText).join();
    expect(await simulated({ seed: SEED, hours: HOURS, faults })).toEqual(report);
  });

  it("holds no real handle: no timer, thread or socket", () => {
    const args = ["--input-type=module", "-e", HANDLES];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "new: Immediate\n", stderr: "" });
  });

  it("shares seeds among processes, and fails when one of them fails", () => {
    const { code, lines } = simulateInProcess("--seeds", "1..3", "--jobs", "2", "--hours", "0.001", "--faults", "none");
    expect([code, lines.map(({ seed }) => seed).toSorted()]).toEqual([0, [1, 2, 3]]);
  });
});
