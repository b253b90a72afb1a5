import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { simulated } from "./support/simulated.js";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

const SUPPORT = JSON.stringify(new URL("./support/simulated.ts", import.meta.url).href);

/** Looks at what the process holds between any two events of a simulation with every kind of fault. */
const HANDLES = `
  const { simulated } = await import(${SUPPORT});
  const before = process.getActiveResourcesInfo();
  const seen = new Set();
  const running = simulated({ seed: 3, hours: 0.1 });
  let isOver = false;
  void running.finally(() => (isOver = true));
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    for (const resource of process.getActiveResourcesInfo()) if (!before.includes(resource)) seen.add(resource);
  }
  console.log("new: " + [...seen].join());
`;

/** A process of its own. */
function simulateInProcess(...options: string[]): { code: number | null; lines: readonly Record<string, unknown>[] } {
  const args = ["--import", "tsx", MAIN, "simulate", "--json", ...options];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const lines = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code: status, lines };
}

describe("a simulation", () => {
  it("is the same byte for byte for the same seed, here, again, and in another process", async () => {
    const order = { seed: 11, hours: 0.1 };
    const [first, again] = [await simulated(order), await simulated(order)];
    expect(again).toEqual(first);
    const { code, lines } = simulateInProcess("--seed", "11", "--hours", "0.1");
    expect(code).toBe(0);
    expect(lines).toMatchObject([{ seed: 11, counts: first.counts, journal: first.journal }]);
    const other = await simulated({ ...order, seed: 12 });
    expect(other.journal.hash).not.toBe(first.journal.hash);
  });

  it("is the same when its drawn faults are given by hand", async () => {
    const drawn = await simulated({ seed: 3, hours: 0.1 });
    const { faultText } = await import("../../src/simulation/fault.js");
    const given = await simulated({ seed: 3, hours: 0.1, faults: drawn.faults.map(faultText).join() });
    expect(drawn.faults.length).toBeGreaterThan(0);
    expect(given).toEqual(drawn);
  });

  it("holds no real handle: no timer, thread or socket", () => {
    const args = ["--import", "tsx", "--input-type=module", "-e", HANDLES];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "new: Immediate\n", stderr: "" });
  });

  it("shares seeds among processes, and fails when one of them fails", () => {
    const { code, lines } = simulateInProcess("--seeds", "1..4", "--jobs", "2", "--hours", "0.02", "--faults", "none");
    expect([code, lines.map(({ seed }) => seed).toSorted()]).toEqual([0, [1, 2, 3, 4]]);
  });
});
