// A recorded choice made again, and what would have changed it.
import type { RouteRecord, RouteTerms } from "../contracts/route-record.js";
import { TERM, TERMS } from "./choice-terms.js";
import { chooseRow, drawTwo } from "./choose.js";
import type { Strategy } from "./strategy.js";
import { STRATEGIES } from "./strategies/strategies.js";

type Recorded = Pick<RouteRecord, "strategy" | "candidates" | "considered" | "draw" | "tieDraw">;

/**
 * The instance that the record's own terms and draws lead to.
 * @throws RangeError when the record names no strategy of this build, or its rows are not those that its draw leads to
 */
export function recompute(record: Recorded): string {
  const strategy = STRATEGIES.find(({ name }) => name === record.strategy);
  if (strategy === undefined) throw new RangeError(`this build has no strategy ${record.strategy}`);
  const { candidates, considered, draw } = record;
  if (draw !== null) {
    const drawn = drawTwo(considered, draw);
    if (candidates.some(({ position }, row) => position !== drawn[row])) {
      throw new RangeError(`the draw ${draw} of ${considered} does not lead to the recorded candidates`);
    }
  }
  const trial = candidates.find(({ wantsTrial }) => wantsTrial);
  return (trial ?? candidates[rowOf(strategy, record)])?.instanceId ?? "";
}

function rowOf(strategy: Strategy, { candidates, tieDraw }: Recorded): number {
  const terms = new Float64Array(candidates.length * TERMS);
  for (const [row, candidate] of candidates.entries()) writeTerms(terms, row * TERMS, candidate.terms);
  return chooseRow(strategy, { terms, count: candidates.length, tieDraw: tieDraw ?? 0 });
}

function writeTerms(terms: Float64Array, base: number, from: RouteTerms): void {
  for (const [name, column] of Object.entries(TERM) as [keyof RouteTerms, number][]) {
    terms[base + column] = from[name] ?? -1;
  }
}

/** A term of the winner at which another would have been taken, all else as it was. */
export interface Flip {
  readonly term: keyof RouteTerms;
  readonly was: number | null;
  /** The least change of it that turns the choice, within `PRECISION`. */
  readonly at: number;
  readonly then: string;
}

/** How far a term is moved in search of a flip, as a multiple of what it is, and at least by how much. */
const FARTHEST = 1e6;
const PRECISION = 1e-6;
/** Terms that a winner loses by: more of the first, less of the second. */
const WORSE_UP = ["pending", "others", "latencyMs", "stallMs", "preference", "missingCapabilities", "turn"] as const;
const WORSE_DOWN = ["successRate"] as const;

/** What of the winner would have had to be otherwise, term by term; none where there was no other candidate. */
export function flips(record: RouteRecord): readonly Flip[] {
  if (record.candidates.length < 2 || record.probe) return [];
  const up = WORSE_UP.map((term) => flipUp(record, term));
  return [...up, ...WORSE_DOWN.map((term) => flipDown(record, term))].filter((flip) => flip !== undefined);
}

function flipUp(record: RouteRecord, term: (typeof WORSE_UP)[number]): Flip | undefined {
  const was = termOf(record, term) ?? 0;
  const far = Math.max(1, was) * FARTHEST;
  if (withTerm(record, term, far) === record.winner) return undefined;
  let [stays, turns] = [was, far];
  const isWhole = term === "pending" || term === "missingCapabilities" || term === "turn";
  while (isWhole ? turns - stays > 1 : turns - stays > PRECISION * Math.max(1, turns)) {
    const middle = isWhole ? Math.floor((stays + turns) / 2) : (stays + turns) / 2;
    if (withTerm(record, term, middle) === record.winner) stays = middle;
    else turns = middle;
  }
  return { term, was: termOf(record, term), at: turns, then: withTerm(record, term, turns) };
}

function flipDown(record: RouteRecord, term: (typeof WORSE_DOWN)[number]): Flip | undefined {
  let stays = termOf(record, term) ?? 1;
  let turns = PRECISION;
  if (withTerm(record, term, turns) === record.winner) return undefined;
  while (stays - turns > PRECISION) {
    const middle = (stays + turns) / 2;
    if (withTerm(record, term, middle) === record.winner) stays = middle;
    else turns = middle;
  }
  return { term, was: termOf(record, term), at: turns, then: withTerm(record, term, turns) };
}

function termOf({ candidates, winner }: RouteRecord, term: keyof RouteTerms): number | null {
  return candidates.find(({ instanceId }) => instanceId === winner)?.terms[term] ?? null;
}

function withTerm(record: RouteRecord, term: keyof RouteTerms, value: number): string {
  const candidates = record.candidates.map((candidate) =>
    candidate.instanceId === record.winner ? { ...candidate, terms: { ...candidate.terms, [term]: value } } : candidate,
  );
  return recompute({ ...record, candidates });
}
