// The default: least expected wait, by what was measured.
import type { Candidate } from "../candidate.js";
import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const {
  pending: PENDING,
  latencyMs: LATENCY,
  stallMs: STALL,
  successRate: SUCCESS_RATE,
  preference: PREFERENCE,
  calls: CALLS,
  turn: TURN,
  others: OTHERS,
} = TERM;

/** What a failure costs whoever called, on top of the time until it is told. */
const FAILURE_COST_MS = 100;
/** Keeps the load apart where latencies are too short to tell. */
const LEAST_MS = 0.001;

/**
 * (pending + others' + 1) × (max(peak EWMA, stall) + failure rate × cost) ÷ success rate² × preference: a candidate that fails
 * fast does not look fast, nor does one that fell silent, nor one that works for others. One that was never measured is tried
 * once, and only once until it answers.
 */
export const adaptive: Strategy = {
  name: "adaptive",
  ties: "least_called",
  score: (terms, base) => {
    const [pending, latencyMs] = [terms[base + PENDING]!, terms[base + LATENCY]!];
    if (latencyMs < 0) return untried(pending);
    const [held, stallMs] = [pending + terms[base + OTHERS]!, terms[base + STALL]!];
    return (
      wait(held, stallMs > latencyMs ? stallMs : latencyMs, terms[base + SUCCESS_RATE]!) * terms[base + PREFERENCE]!
    );
  },
  weigh,
};

/** What was just written is not read again: that would cost as much as the rest. */
// eslint-disable-next-line @typescript-eslint/max-params -- it runs for every candidate of every call
function weigh(
  terms: Float64Array | undefined,
  base: number,
  candidate: Candidate,
  nowMs: number,
  preference: number,
): number {
  const { load, window, peakEwmaMs, open, silentSinceMs } = candidate;
  const { pending } = load;
  const stallMs = open === 0 ? 0 : nowMs - silentSinceMs;
  const rate = window.rate(nowMs);
  // Mostly there are none: told apart here and not within, the whole choice took a third less.
  const others = load.others === 0 ? 0 : load.othersAt(nowMs, peakEwmaMs);
  if (terms !== undefined) {
    terms[base + PENDING] = pending;
    terms[base + LATENCY] = peakEwmaMs;
    terms[base + STALL] = stallMs;
    terms[base + SUCCESS_RATE] = rate;
    terms[base + PREFERENCE] = preference;
    terms[base + CALLS] = candidate.calls;
    terms[base + TURN] = candidate.turn;
    terms[base + OTHERS] = others;
  }
  if (peakEwmaMs < 0) return untried(pending);
  return wait(pending + others, stallMs > peakEwmaMs ? stallMs : peakEwmaMs, rate) * preference;
}

function untried(pending: number): number {
  return pending === 0 ? -1 : Infinity;
}

function wait(held: number, latencyMs: number, rate: number): number {
  if (rate === 1) return (held + 1) * (latencyMs + LEAST_MS);
  return ((held + 1) * (latencyMs + LEAST_MS + (1 - rate) * FAILURE_COST_MS)) / (rate * rate);
}
