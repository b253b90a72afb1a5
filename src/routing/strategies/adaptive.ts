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
    const stalledMs = terms[base + STALL]!;
    const waitMs = wait(pending, stalledMs > latencyMs ? stalledMs : latencyMs, terms[base + SUCCESS_RATE]!);
    return waitMs * terms[base + PREFERENCE]!;
  },
  scoreCandidate: (candidate, nowMs) => {
    const { peakEwmaMs, load } = candidate;
    if (peakEwmaMs < 0) return load.pending === 0 ? -1 : Infinity;
    const stalledMs = candidate.open === 0 ? 0 : nowMs - candidate.silentSinceMs;
    return wait(load.pending, stalledMs > peakEwmaMs ? stalledMs : peakEwmaMs, candidate.window.rate(nowMs));
  },
};

function wait(pending: number, latencyMs: number, rate: number): number {
  if (rate === 1) return (pending + 1) * (latencyMs + LEAST_MS);
  return ((pending + 1) * (latencyMs + LEAST_MS + (1 - rate) * FAILURE_COST_MS)) / (rate * rate);
}
