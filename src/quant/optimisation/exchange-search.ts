// Local search over which assets are held: exchange, drop or add one while that lowers the exact cost.
import type { SparseProgram } from "./sparse-program.js";
import type { SupportProgram, SupportSolution } from "./support-program.js";

export interface ExchangeOptions {
  /** Quadratic programs that may be solved. */
  readonly solves: number;
  /** Outsiders considered in a round: those of steepest marginal gain. */
  readonly candidates: number;
}

/** The best neighbour, again and again, until none is better or the solves are spent. Never worse than `from`. */
export function exchangeSearch(
  supports: SupportProgram,
  from: SupportSolution,
  options: ExchangeOptions,
): SupportSolution {
  const last = supports.solved + options.solves;
  let best = from;
  for (;;) {
    const before = best;
    for (const support of neighbours(supports.program, before, options.candidates)) {
      if (supports.solved >= last) return best;
      const solution = supports.solve(support);
      if (solution.cost < best.cost) best = solution;
    }
    if (best === before) return best;
  }
}

function* neighbours(program: SparseProgram, from: SupportSolution, candidates: number): Generator<number[]> {
  const { least, most } = program;
  const { support } = from;
  const outsiders = steepest(program, from, candidates);
  if (support.length > least) for (const out of support) yield support.filter((i) => i !== out);
  for (const into of outsiders) {
    if (support.length < most) yield insert(support, into);
    for (const out of support) {
      const left = support.filter((i) => i !== out);
      yield insert(left, into);
    }
  }
}

/** The assets not held whose first unit of weight would lower the cost most: those of least gradient Qx − c. */
function steepest({ size, quadratic, linear }: SparseProgram, from: SupportSolution, count: number): number[] {
  const slopes: { readonly asset: number; readonly slope: number }[] = [];
  for (let i = 0; i < size; i += 1) {
    if (from.weights[i] !== 0) continue;
    let slope = -linear[i]!;
    for (const j of from.support) slope += quadratic[i * size + j]! * from.weights[j]!;
    slopes.push({ asset: i, slope });
  }
  slopes.sort((a, b) => a.slope - b.slope || a.asset - b.asset);
  return slopes.slice(0, count).map(({ asset }) => asset);
}

function insert(support: readonly number[], asset: number): number[] {
  return [...support, asset].sort((a, b) => a - b);
}
