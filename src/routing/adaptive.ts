// The default way to choose an instance: least expected wait, by what was measured.
import type { Random } from "../contracts/random.js";
import type { Candidate } from "./candidate.js";

/** Chooses one of at least one candidates. */
export interface Strategy {
  readonly name: string;
  choose(candidates: readonly Candidate[], nowMs: number, random: Random): Candidate;
}

/** What a failure costs whoever called, on top of the time until it is told. */
const FAILURE_COST_MS = 100;

/** Beyond this many candidates two are drawn and the better one taken (Mitzenmacher 2001). */
const FULL_SCAN_LIMIT = 20;

export const adaptive: Strategy = {
  name: "adaptive",
  choose: (candidates, nowMs, random) => {
    const count = candidates.length;
    if (count === 1) return candidates[0] as Candidate;
    if (count > FULL_SCAN_LIMIT) {
      const first = random.integer(count);
      const second = (first + 1 + random.integer(count - 1)) % count;
      return better(candidates[first] as Candidate, candidates[second] as Candidate, nowMs);
    }
    let best = candidates[0] as Candidate;
    let bestScore = scoreOf(best, nowMs);
    for (let index = 1; index < count; index += 1) {
      const candidate = candidates[index] as Candidate;
      const score = scoreOf(candidate, nowMs);
      // Of equals, the one that was called least: so they stay equally loaded.
      if (score < bestScore || (score === bestScore && candidate.calls < best.calls)) {
        best = candidate;
        bestScore = score;
      }
    }
    return best;
  },
};

/**
 * (pending + 1) × (peak EWMA + failure rate × cost) ÷ success rate²: a candidate that fails fast does not look fast. One that
 * was never measured is tried once, and only once until it answers.
 */
function scoreOf(candidate: Candidate, nowMs: number): number {
  const { pending } = candidate.load;
  if (candidate.peakEwmaMs < 0) return pending === 0 ? -1 : Infinity;
  const rate = candidate.window.rate(nowMs);
  if (rate === 1) return (pending + 1) * (candidate.peakEwmaMs + 0.001);
  return ((pending + 1) * (candidate.peakEwmaMs + (1 - rate) * FAILURE_COST_MS)) / (rate * rate);
}

function better(a: Candidate, b: Candidate, nowMs: number): Candidate {
  return scoreOf(a, nowMs) <= scoreOf(b, nowMs) ? a : b;
}
