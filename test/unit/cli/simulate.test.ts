import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { FAULT_KINDS } from "../../../src/simulation/fault-kinds.js";
import { SCENARIOS } from "../../../src/simulation/scenarios/scenarios.js";
import { ScriptedIo } from "./support/scripted-io.js";

async function simulate(...options: string[]): Promise<{ code: number; io: ScriptedIo }> {
  const io = new ScriptedIo();
  return { code: await runCli(["simulate", "--hours", "0.01", ...options], io), io };
}

describe("nautilus simulate", () => {
  it.each([
    [["--scenario", "mash"], "there is no mash (did you mean mesh?)"],
    [["--faults", "crush"], '"crush" is no kind and no fault'],
    [["--faults", "crash:z@1+1"], "there is no node z here; there are a, b, c"],
    [["--faults", "drop:a@1+1*0.5"], "it strikes the network"],
    [["--seeds", "5..1"], "--seeds: expected two whole numbers"],
    [["--seed", "1", "--seeds", "1..2"], "--seed and --seeds exclude each other"],
    [["--hours", "0"], "--hours: expected a number above 0"],
  ])("refuses %j with exit code 2", async (options, message) => {
    const { code, io } = await simulate(...options);
    expect([code, io.out]).toEqual([2, ""]);
    expect(io.err).toContain(message);
  });

  it("names its scenarios and the kinds of faults in its help", async () => {
    const io = new ScriptedIo();
    expect(await runCli(["help", "simulate"], io)).toBe(0);
    for (const { name, summary } of SCENARIOS) expect(io.out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
    for (const { name, strikes } of FAULT_KINDS)
      expect(io.out).toMatch(new RegExp(`^  ${name} +strikes the ${strikes}`, "m"));
  });

  it("prints what came of a seed, and leaves no listener behind", async () => {
    const { code, io } = await simulate("--seed", "3", "--faults", "crash:b@5000+2000");
    expect(code).toBe(0);
    expect(io.out).toMatch(
      /^seed 3: \d+ events, \d+ messages, \d+ of 36 goals succeeded, 1 faults, journal \d+ [0-9a-f]{64}\n$/,
    );
    expect(io.listeners).toBe(0);
  });

  it("prints JSON by the line, with the faults as they are given", async () => {
    const { code, io } = await simulate("--seed", "3", "--json", "--faults", "crash:b@5000+2000");
    expect(code).toBe(0);
    expect(JSON.parse(io.out)).toMatchObject({ seed: 3, faults: ["crash:b@5000+2000"], violation: null });
  });
});
