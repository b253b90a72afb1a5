// How much of a network's time passes in a second of ours? An hour of eighteen engines over three nodes under all faults, a goal a
// second, seed by seed in one process; and several seeds shared among processes, which is how many are run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { FAULT_KINDS } from "../src/simulation/fault-kinds.js";
import { mesh } from "../src/simulation/scenarios/mesh.js";
import { simulate, type SimulationReport } from "../src/simulation/simulate.js";
import { quantile, report } from "./harness.js";

const HOUR_MS = 3_600_000;
const SEEDS = 5;
const SHARED_SEEDS = 4;
const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

async function hourOf(seed: number): Promise<{ readonly ms: number; readonly report: SimulationReport }> {
  const faults = { kinds: FAULT_KINDS.map(({ name }) => name) };
  const began = performance.now();
  const hour = await simulate({ seed, scenario: mesh, horizonMs: HOUR_MS, faults }, () => () => undefined);
  return { ms: performance.now() - began, report: hour };
}

async function sharedMs(jobs: number): Promise<number> {
  const seeds = `1..${SHARED_SEEDS}`;
  const began = performance.now();
  const args = [MAIN, "simulate", "--seeds", seeds, "--hours", "0.25", "--jobs", String(jobs)];
  await once(spawn(process.execPath, args, { stdio: "ignore" }), "close");
  return performance.now() - began;
}

await hourOf(SEEDS + 1); // warms the code
const hours = [];
for (let seed = 1; seed <= SEEDS; seed += 1) hours.push(await hourOf(seed));
const violated = hours.filter(({ report: { violation } }) => violation !== null);
for (const { report: hour } of violated) console.log(`seed ${hour.seed}: ${JSON.stringify(hour.violation)}`);
const times = hours.map(({ ms }) => ms);
const events = hours.map(({ report: { counts } }) => counts.events);
const [alone, together] = [await sharedMs(1), await sharedMs(availableParallelism())];

report({
  name: "simulation",
  ratio: { speedUpOnAllCores: alone / together },
  absolute: {
    hourMs: quantile(times, 0.5),
    slowestHourMs: Math.max(...times),
    fewestEvents: Math.min(...events),
    eventsPerSecond: (1000 * events.reduce((sum, each) => sum + each, 0)) / times.reduce((sum, each) => sum + each, 0),
    cores: availableParallelism(),
  },
  bar: { hourMs: { atMost: 2000 }, fewestEvents: { atLeast: 100_000 } },
  pass: violated.length === 0,
});
