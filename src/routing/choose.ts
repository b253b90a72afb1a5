// The choice itself, over rows of terms: the same function makes it and, from a record, makes it again.
import { TERM, TERMS } from "./choice-terms.js";
import type { Strategy } from "./strategy.js";

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const { calls: CALLS } = TERM;
const ROW = TERMS;

/** Whether the strategy needs a draw for that many candidates. */
export function needsDraw({ ties }: Strategy, count: number): boolean {
  return ties === "drawn" && count > 1;
}

/** The row with the least score; `tieDraw` in [0, 1) decides among equals where the strategy draws. */
export function chooseRow(strategy: Strategy, { terms, count, tieDraw }: Rows): number {
  const { score: scoreOf, ties } = strategy;
  let best = 0;
  let bestScore = scoreOf(terms, 0);
  for (let row = 1, base = ROW; row < count; row += 1, base += ROW) {
    const score = scoreOf(terms, base);
    if (score < bestScore) {
      best = row;
      bestScore = score;
    } else if (score === bestScore && terms[base + CALLS]! < terms[best * ROW + CALLS]!) best = row;
  }
  return ties === "drawn" ? drawnRow(strategy, { terms, count, tieDraw }, bestScore) : best;
}

export interface Rows {
  readonly terms: Float64Array;
  readonly count: number;
  readonly tieDraw: number;
}

function drawnRow(strategy: Strategy, { terms, count, tieDraw }: Rows, bestScore: number): number {
  const equals = Array.from({ length: count }, (_, row) => row).filter(
    (row) => strategy.score(terms, row * TERMS) === bestScore,
  );
  return equals[Math.floor(tieDraw * equals.length)] ?? 0;
}

/** Two different ones of `count`, by one draw: its integer part at that scale, and what is left of it. */
export function drawTwo(count: number, draw: number): readonly [number, number] {
  const scaled = draw * count;
  const first = Math.floor(scaled);
  const second = Math.floor((scaled - first) * (count - 1));
  return [first, second >= first ? second + 1 : second];
}
