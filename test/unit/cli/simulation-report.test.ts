import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { seedLine, seedRecord } from "../../../src/cli/simulation-report.js";
import { parseFault, type Fault } from "../../../src/simulation/fault.js";
import type { SimulationReport } from "../../../src/simulation/simulate.js";

const counts = { events: 5, messages: 4, goals: 3, succeeded: 2, failed: 1, effects: 0 };
const violation = { invariant: "goals end once", atMs: 1500.2, message: "goal 3 ended twice" };

function failed(faults: readonly Fault[], horizonMs: number): Parameters<typeof seedLine>[0] {
  const report: SimulationReport = {
    seed: 7,
    scenario: "mesh",
    horizonMs: 3_600_000,
    counts,
    faults: [...faults, ...faults],
    journal: { sequence: 9, hash: "0".repeat(64) },
    violation,
  };
  return { report, smallest: { faults, horizonMs, violation } };
}

const faultOf = (text: string): Fault => parseFault(text)!;

/** The words that a shell makes of a command, where a file fits what it would take for a pattern. */
function wordsOf(command: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), "report-"));
  try {
    writeFileSync(join(directory, "drop@1+2xx0.5"), "");
    const script = `for word in ${command}; do printf '%s\\n' "$word"; done`;
    return execFileSync("sh", ["-c", script], { cwd: directory, encoding: "utf8" }).trimEnd().split("\n");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const START = ["npm", "run", "simulate", "--", "--seed", "7", "--scenario", "mesh", "--hours"];

describe("seedLine", () => {
  it.each([
    ["drop@1+2*0.5", "drop@1+2*0.5"],
    ["crash:a@5+6,skew:b@7+8*-9", "crash:a@5+6,skew:b@7+8*-9"],
    ["engine_crash:SIM_0_1.1@b@5+0", "engine_crash:SIM_0_1.1@b@5+0"],
  ])("prints a command that a shell takes as it is: %s", (text, word) => {
    const line = seedLine(failed(text.split(",").map(faultOf), 1499));
    const command = /^ {2}with \d of its \d faults: (.*)$/m.exec(line)?.[1] ?? "";
    expect(wordsOf(command)).toEqual([...START, String(1500 / 3_600_000), "--faults", word]);
  });

  it("says that no fault is needed", () => {
    expect(seedLine(failed([], 1499))).toContain("0 of its 0 faults: npm run simulate -- --seed 7");
    expect(seedLine(failed([], 1499))).toMatch(/--faults none\n$/);
  });
});

describe("seedRecord", () => {
  it("holds the same command, and the faults as text", () => {
    const record = seedRecord(failed([faultOf("drop@1+2*0.5")], 1499)) as Record<string, unknown>;
    expect(record["faults"]).toEqual(["drop@1+2*0.5", "drop@1+2*0.5"]);
    expect(wordsOf(String(record["reproduce"])).at(-1)).toBe("drop@1+2*0.5");
    expect(record["reproduced"]).toEqual(violation);
  });
});
