// A process of its own for one build: simulates seeds of it, one after the other, and prints one line of JSON for each. A seed ends
// with its first violation; it is not reduced, as `nautilus simulate` would: that costs more than all the rest.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [build, scenarioName, hours, ...seeds] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(build, path)).href);
const { simulate } = await load("simulation/simulate.js");
const { SCENARIOS } = await load("simulation/scenarios/scenarios.js");
const { FAULT_KINDS } = await load("simulation/fault-kinds.js");

const scenario = SCENARIOS.find(({ name }) => name === scenarioName);
if (scenario === undefined) throw new RangeError(`there is no scenario ${scenarioName}`);
const order = {
  scenario,
  horizonMs: Number(hours) * 3_600_000,
  faults: { kinds: FAULT_KINDS.map(({ name }) => name) },
};
const watch = (stray) => {
  process.on("unhandledRejection", stray);
  return () => process.off("unhandledRejection", stray);
};
for (const seed of seeds.map(Number)) {
  const { violation, counts } = await simulate({ ...order, seed }, watch);
  process.stdout.write(`${JSON.stringify({ seed, violation, events: counts.events })}\n`);
}
