// The default: least expected wait, by what was measured.
import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const {
  pending: PENDING,
  latencyMs: LATENCY,
  stallMs: STALL,
  successRate: SUCCESS_RATE,
  preference: PREFERENCE,
} = TERM;

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
    const pending = terms[base + PENDING]!;
    const latencyMs = terms[base + LATENCY]!;
    if (latencyMs < 0) return pending === 0 ? -1 : Infinity;
    const rate = terms[base + SUCCESS_RATE]!;
    const expectedMs = Math.max(latencyMs, terms[base + STALL]!) + LEAST_MS + (1 - rate) * FAILURE_COST_MS;
    const cost = (pending + 1) * expectedMs * terms[base + PREFERENCE]!;
    return rate === 1 ? cost : cost / (rate * rate);
  },
};
