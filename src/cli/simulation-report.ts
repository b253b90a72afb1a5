// What is printed of a simulated seed; of one that failed, the smallest schedule that was found to fail the same way.
import { faultText } from "../simulation/fault.js";
import type { Scenario } from "../simulation/scenario.js";
import { shrink, type Failure } from "../simulation/shrink.js";
import { simulate, type SimulationReport } from "../simulation/simulate.js";

export interface SeedResult {
  readonly report: SimulationReport;
  readonly smallest: Failure | undefined;
}

const MS_PER_HOUR = 3_600_000;

export async function reduced(
  { seed, faults, horizonMs, violation }: SimulationReport,
  scenario: Scenario,
  watch: Parameters<typeof simulate>[1],
): Promise<Failure | undefined> {
  if (violation === null) return undefined;
  return shrink({ faults, horizonMs, violation }, async (schedule) => {
    const order = { seed, scenario, horizonMs: schedule.horizonMs, faults: { list: schedule.faults } };
    return (await simulate(order, watch)).violation;
  });
}

export function seedRecord({ report, smallest }: SeedResult): object {
  return {
    ...report,
    faults: report.faults.map(faultText),
    ...(smallest && { reproduce: commandOf(report, smallest), reproduced: smallest.violation }),
  };
}

export function seedLine({ report, smallest }: SeedResult): string {
  const { seed, counts, faults, journal, violation } = report;
  const { events, messages, goals, succeeded } = counts;
  const line =
    `seed ${seed}: ${events} events, ${messages} messages, ${succeeded} of ${goals} goals succeeded, ` +
    `${faults.length} faults, journal ${journal.sequence} ${journal.hash}\n`;
  if (violation === null || smallest === undefined) return line;
  const { invariant, atMs, message } = violation;
  const count = `${smallest.faults.length} of its ${faults.length} faults`;
  return `${line}  VIOLATED after ${Math.ceil(atMs)} ms: ${invariant}: ${message}\n  with ${count}: ${commandOf(report, smallest)}\n`;
}

function commandOf({ seed, scenario }: SimulationReport, { faults, horizonMs }: Failure): string {
  const list = faults.length === 0 ? "none" : faults.map(faultText).join(",");
  const hours = (horizonMs + 1) / MS_PER_HOUR;
  return `npm run simulate -- --seed ${seed} --scenario ${scenario} --hours ${hours} --faults ${quoted(list)}`;
}

/** As one word to a shell, which takes an asterisk for a pattern; no fault holds a quote. */
function quoted(word: string): string {
  return /^[\w.,:@+-]+$/.test(word) ? word : `'${word}'`;
}
