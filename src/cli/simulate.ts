// `nautilus simulate`: whole networks on a virtual clock, seed by seed; exit code 1 where anything that must hold did not.
import { availableParallelism } from "node:os";
import { FAULT_KINDS } from "../simulation/fault-kinds.js";
import { parseFault, type Fault } from "../simulation/fault.js";
import { SCENARIOS } from "../simulation/scenarios/scenarios.js";
import type { Scenario } from "../simulation/scenario.js";
import { simulate as simulateSeed, type SimulationOrder } from "../simulation/simulate.js";
import { usageFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import { suggestion } from "./nearest.js";
import { JSON_FLAG } from "./request-options.js";
import type { Settings } from "./settings.js";
import { FAULTS, HOURS, JOBS, SCENARIO, SEED, SEEDS } from "./simulate-options.js";
import { simulateInProcesses } from "./simulate-processes.js";
import { reduced, seedLine, seedRecord, type SeedResult } from "./simulation-report.js";

const MS_PER_HOUR = 3_600_000;
/** A process of its own costs more than a seed below that. */
const SEEDS_PER_PROCESS = 2;

/** @throws CliFailure 2 naming the scenario or fault that there is not */
export async function simulate({ settings, notes }: Invocation, io: CliIo): Promise<ExitCode> {
  for (const note of notes) io.stderr(`nautilus: ${note}\n`);
  const [first, last] = seedsOf(settings);
  const order = orderOf(settings);
  const print = (result: SeedResult): void => {
    io.stdout(settings.flag(JSON_FLAG) ? `${JSON.stringify(seedRecord(result))}\n` : seedLine(result));
  };
  const jobs = Math.min(
    settings.number(JOBS, availableParallelism()),
    Math.ceil((last - first + 1) / SEEDS_PER_PROCESS),
  );
  if (jobs > 1) return simulateInProcesses({ first, last, jobs, settings }, io);
  let failed = 0;
  for (let seed = first; seed <= last; seed += 1) {
    const watch = (stray: (thrown: unknown) => void): (() => void) => io.onStrayError(stray);
    const report = await simulateSeed({ ...order, seed }, watch).catch((error: unknown) => {
      throw error instanceof RangeError ? usageFailure(`--faults: ${error.message}`) : error;
    });
    const smallest = report.violation === null ? undefined : await reduced(report, order.scenario, watch);
    print({ report, smallest });
    if (report.violation !== null) failed += 1;
  }
  return failed > 0 ? 1 : 0;
}

function seedsOf(settings: Settings): readonly [first: number, last: number] {
  if (settings.has(SEED) && settings.has(SEEDS)) throw usageFailure("--seed and --seeds exclude each other");
  const [first = 1, last = first] = settings.has(SEEDS)
    ? settings.text(SEEDS, "").split("..").map(Number)
    : [settings.number(SEED, 1)];
  return [first, last];
}

function orderOf(settings: Settings): Omit<SimulationOrder, "seed"> {
  const horizonMs = Math.max(1, Math.round(settings.number(HOURS, 1) * MS_PER_HOUR));
  return { scenario: scenarioNamed(settings.text(SCENARIO, "mesh")), horizonMs, faults: faultsOf(settings) };
}

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((each) => each.name);
  throw usageFailure(
    `--scenario: there is no ${name}${suggestion(name, names, String)}; there are ${names.join(", ")}`,
  );
}

function faultsOf(settings: Settings): SimulationOrder["faults"] {
  const words = (settings.get(FAULTS) as readonly string[] | undefined) ?? ["all"];
  const known = FAULT_KINDS.map(({ name }) => name);
  if (words.join() === "all") return { kinds: known };
  if (words.join() === "none") return { kinds: [] };
  if (words.every((word) => known.includes(word))) return { kinds: words };
  return { list: words.map((word) => faultOf(word, known)) };
}

function faultOf(word: string, known: readonly string[]): Fault {
  const fault = parseFault(word);
  if (fault !== undefined && known.includes(fault.kind)) return fault;
  const kinds = `kinds are ${known.join(", ")}`;
  throw usageFailure(`--faults: ${JSON.stringify(word)} is no kind and no fault like crash:a@60000+5000; ${kinds}`);
}
