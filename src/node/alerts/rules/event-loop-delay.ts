// An event loop that runs late: every answer of the process does.
import { alertRule, type CreateRule } from "../../../contracts/alert-rule.js";
import type { NodeParts } from "../../node-parts.js";

const LIMIT_MS = 20;
/** One long turn soon weighs less than a hundredth of the samples. */
const RAISE_AFTER_MS = 3_000;

export const eventLoopDelay: CreateRule<NodeParts> = alertRule({
  name: "process.event_loop_delay",
  raiseAfterMs: RAISE_AFTER_MS,
  read: ({ process }) => process.eventLoopDelayMs(),
  judge: ({ p50, p99, max }) =>
    p99 > LIMIT_MS
      ? [
          {
            subject: "event loop",
            severity: "warning",
            summary: `the event loop is ${p99.toFixed(1)} ms late at the 99th percentile`,
            evidence: {
              measured: { p50Ms: p50, p99Ms: p99, maxMs: max },
              crossed: { measure: "p99Ms", comparison: ">", threshold: LIMIT_MS },
            },
          },
        ]
      : [],
});
