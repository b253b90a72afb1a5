// A chaos run from the command line, see scripts/chaos.mjs.
import { parseArgs } from "node:util";
import { HEARTBEAT_MS, runChaos } from "./chaos-run.js";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, faults: { type: "string", default: "200" } },
});
const [seed, faults] = [Number(values.seed), Number(values.faults)];
if (!Number.isSafeInteger(seed) || seed < 0 || !Number.isSafeInteger(faults) || faults < 1) {
  console.error("chaos: --seed takes a whole number, --faults one above 0");
  process.exit(2);
}
const { problems, convergedMs, ...report } = await runChaos({ seed, faults, say: (line) => console.log(line) });
console.log(JSON.stringify({ seed, faults, heartbeatMs: HEARTBEAT_MS, ...report, convergedMs }, undefined, 1));
for (const problem of problems) console.log(`PROBLEM: ${problem}`);
if (convergedMs === undefined) console.log("PROBLEM: the nodes never saw the same");
console.log(problems.length === 0 && convergedMs !== undefined ? "every request is accounted for" : "FAILED");
// At once: connections that a fault has cut off in the middle of a write would hold up the end of the process, for ever at times.
process.exit(problems.length === 0 && convergedMs !== undefined ? 0 : 1);
