// `npm run simulate:mutants`: plants each bug of test/mutants in a build of its own and simulates it until an invariant is violated, or
// none is: then the simulator is too weak. What follows `--` are names of mutants, `--seeds N` (50), `--hours H` (as each says),
// `--jobs N` (all cores), `--first` (no further seed of a mutant once it is found), `--save` (into results.json and the docs).
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildMutant, builds, buildUnpatched, simulateSeeds } from "./mutant-builds.mjs";
import { readMutants } from "./mutant-patches.mjs";
import { saveResults } from "./mutant-results.mjs";
import { main, say, StepError } from "./run.mjs";

const OPTIONS = {
  seeds: { type: "string", default: "50" },
  hours: { type: "string" },
  jobs: { type: "string", default: String(availableParallelism()) },
  first: { type: "boolean", default: false },
  save: { type: "boolean", default: false },
};

await main(async () => {
  const { mutants, options } = readArguments();
  const unpatched = buildUnpatched(join(builds, "unpatched"));
  const clean = await checkUnpatched(unpatched, mutants, options);
  const results = {};
  for (const mutant of mutants) {
    results[mutant.name] = await hunt(unpatched, mutant, options);
    // One by one: whoever is interrupted keeps what was found.
    if (options.save) saveResults(results);
  }
  const missed = Object.keys(results).filter((name) => results[name].found === 0);
  if (missed.length > 0) say(`not found: ${missed.join(", ")}`);
  if (missed.length > 0 || !clean) process.exitCode = 1;
});

function readArguments() {
  let given;
  try {
    given = parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new StepError(error.message, 2);
  }
  const { values, positionals } = given;
  const number = (name) => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new StepError(`--${name}: a number above 0 is expected`, 2);
    return value;
  };
  const all = readMutants();
  const unknown = positionals.find((name) => !all.some((mutant) => mutant.name === name));
  if (unknown !== undefined) {
    throw new StepError(`there is no mutant ${unknown}; there are ${all.map(({ name }) => name).join(", ")}`, 2);
  }
  const hours = values.hours === undefined ? undefined : number("hours");
  const chosen = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return {
    mutants: chosen.map((mutant) => ({ ...mutant, hours: hours ?? mutant.hours })),
    options: { ...values, seeds: Math.ceil(number("seeds")), jobs: Math.ceil(number("jobs")) },
  };
}

/** Without a bug nothing is violated: each scenario that a mutant names, on the same seeds. */
async function checkUnpatched(build, mutants, { seeds, jobs }) {
  const orders = new Map(mutants.map(({ scenario, hours }) => [`${scenario} ${hours}`, { scenario, hours }]));
  let clean = true;
  for (const { scenario, hours } of orders.values()) {
    let violated = 0;
    const onSeed = ({ seed, violation }) => {
      if (violation === null) return;
      violated += 1;
      say(`without a bug, seed ${seed} of ${scenario}: ${violation.invariant}: ${violation.message}`);
    };
    await simulateSeeds(build, { scenario, hours, seeds: upTo(seeds), jobs, onSeed });
    console.log(`without a bug: ${violated} of ${seeds} seeds of ${scenario}, ${hours} h each, violate something`);
    if (violated > 0) clean = false;
  }
  return clean;
}

async function hunt(unpatched, mutant, { seeds, jobs, first }) {
  const { name, bug, scenario, hours } = mutant;
  const build = buildMutant(mutant, { unpatched, folder: join(builds, name) });
  const invariants = {};
  let [found, ran, example] = [0, 0, undefined];
  const onSeed = ({ seed, violation }) => {
    ran += 1;
    if (violation === null) return false;
    found += 1;
    invariants[violation.invariant] = (invariants[violation.invariant] ?? 0) + 1;
    if (example === undefined || seed < example.seed) example = { seed, ...violation };
    return first;
  };
  await simulateSeeds(build, { scenario, hours, seeds: upTo(seeds), jobs, onSeed });
  console.log(`${name}: found in ${found} of ${ran} seeds of ${scenario}, ${hours} h each`);
  for (const [invariant, count] of Object.entries(invariants)) console.log(`  ${count} × ${invariant}`);
  if (example !== undefined) {
    console.log(`  seed ${example.seed}, after ${Math.ceil(example.atMs)} ms: ${example.message.split("\n")[0]}`);
  }
  return { bug, scenario, hours, found, seeds: ran, invariants };
}

function upTo(count) {
  return Array.from({ length: count }, (_, index) => index + 1);
}
