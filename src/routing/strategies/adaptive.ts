// The default: least expected wait, by what was measured.
import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

/** What a failure costs whoever called, on top of the time until it is told. */
const FAILURE_COST_MS = 100;
/** Keeps the load apart where latencies are too short to tell. */
const LEAST_MS = 0.001;

/**
 * (pending + 1) × (max(peak EWMA, stall) + failure rate × cost) ÷ success rate² × preference: a candidate that fails fast does
 * not look fast, nor does one that fell silent. One that was never measured is tried once, and only once until it answers.
 */
export const adaptive: Strategy = {
  name: "adaptive",
  ties: "least_called",
  score: (terms, base) => {
    const pending = terms[base + TERM.pending]!;
    const latencyMs = terms[base + TERM.latencyMs]!;
    if (latencyMs < 0) return pending === 0 ? -1 : Infinity;
    const rate = terms[base + TERM.successRate]!;
    const expectedMs = Math.max(latencyMs, terms[base + TERM.stallMs]!) + LEAST_MS + (1 - rate) * FAILURE_COST_MS;
    return ((pending + 1) * expectedMs * terms[base + TERM.preference]!) / (rate * rate);
  },
};
