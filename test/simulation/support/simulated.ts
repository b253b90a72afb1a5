import { FAULT_KINDS } from "../../../src/simulation/fault-kinds.js";
import { parseFault, type Fault } from "../../../src/simulation/fault.js";
import { SCENARIOS } from "../../../src/simulation/scenarios/scenarios.js";
import { simulate, type SimulationReport } from "../../../src/simulation/simulate.js";

export interface Simulated {
  readonly seed: number;
  readonly scenario?: string;
  readonly hours: number;
  /** As on the command line. */
  readonly faults?: string;
}

export function simulated({ seed, scenario = "mesh", hours, faults = "all" }: Simulated): Promise<SimulationReport> {
  const found = SCENARIOS.find(({ name }) => name === scenario);
  if (found === undefined) throw new RangeError(`no scenario ${scenario}`);
  const order = { seed, scenario: found, horizonMs: hours * 3_600_000 };
  return simulate({ ...order, faults: faultsOf(faults) }, watchStrays);
}

function faultsOf(text: string): { kinds: readonly string[] } | { list: readonly Fault[] } {
  if (text === "none") return { kinds: [] };
  if (text === "all") return { kinds: FAULT_KINDS.map(({ name }) => name) };
  const list = text.split(",").map(parseFault);
  const isWhole = list.every((fault) => fault !== undefined);
  return isWhole ? { list } : { kinds: text.split(",") };
}

function watchStrays(stray: (thrown: unknown) => void): () => void {
  process.on("unhandledRejection", stray);
  return () => process.off("unhandledRejection", stray);
}
