// `nautilus simulate`: whole networks on a virtual clock, seed by seed; exit code 1 where anything that must hold did not.
import { availableParallelism } from "node:os";
import { FAULT_KINDS } from "../simulation/fault-kinds.js";
import { parseFault, type Fault } from "../simulation/fault.js";
import { SCENARIOS } from "../simulation/scenarios/scenarios.js";
import type { Scenario } from "../simulation/scenario.js";
import { simulate as simulateSeed, type SimulationOrder } from "../simulation/simulate.js";
import { usageFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { HelpSection, Invocation } from "./command.js";
import type { SIMULATE_OPTIONS } from "./command-options.js";
import { suggestion } from "./nearest.js";
import { simulateInProcesses } from "./simulate-processes.js";
import { reduced, seedLine, seedRecord, type SeedResult } from "./simulation-report.js";

type SimulateInvocation = Invocation<typeof SIMULATE_OPTIONS>;

const MS_PER_HOUR = 3_600_000;
/** A process of its own costs more than a seed below that. */
const SEEDS_PER_PROCESS = 2;

/** @throws CliFailure 2 naming the scenario or fault that there is not */
export async function simulate({ options, given, notes }: SimulateInvocation, io: CliIo): Promise<ExitCode> {
  for (const note of notes) io.stderr(`nautilus: ${note}\n`);
  const [first, last] = seedsOf(options, given);
  const order = orderOf(options);
  const print = (result: SeedResult): void => {
    io.stdout(options.json ? `${JSON.stringify(seedRecord(result))}\n` : seedLine(result));
  };
  const jobs = Math.min(options.jobs ?? availableParallelism(), Math.ceil((last - first + 1) / SEEDS_PER_PROCESS));
  if (jobs > 1) return simulateInProcesses({ first, last, jobs, options }, io);
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

function seedsOf(
  { seed, seeds }: SimulateInvocation["options"],
  given: SimulateInvocation["given"],
): readonly [first: number, last: number] {
  if (seeds === undefined) return [seed, seed];
  if (given.seed !== undefined) throw usageFailure("--seed and --seeds exclude each other");
  const [first = 1, last = first] = seeds.split("..").map(Number);
  return [first, last];
}

function orderOf({ scenario, hours, faults }: SimulateInvocation["options"]): Omit<SimulationOrder, "seed"> {
  const horizonMs = Math.max(1, Math.round(hours * MS_PER_HOUR));
  return { scenario: scenarioNamed(scenario), horizonMs, faults: faultsOf(faults) };
}

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((each) => each.name);
  throw usageFailure(
    `--scenario: there is no ${name}${suggestion(name, names, String)}; there are ${names.join(", ")}`,
  );
}

function faultsOf(words: readonly string[]): SimulationOrder["faults"] {
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

/** The scenarios and faults there are. */
export function simulateHelp(): readonly HelpSection[] {
  return [
    { heading: "Scenarios:", rows: SCENARIOS.map(({ name, summary }) => [name, summary]) },
    {
      heading:
        "Faults, each as KIND:TARGET@AT+FOR*AMOUNT, times in milliseconds, like crash:a@60000+5000 or drop@1000+5000*0.3:",
      rows: FAULT_KINDS.map(({ name, strikes, drawAmount }) => {
        const where = strikes === "network" ? "strikes the network, without a target" : `strikes the ${strikes} TARGET`;
        return [name, `${where}${drawAmount === undefined ? "" : ", by AMOUNT"}`];
      }),
    },
  ];
}
