// The cheapest plan of a problem: reduction until nothing more can be cut off, then branch and bound, best bound first.
import type { PlannableOperation } from "../contracts/plan.js";
import type { Effort } from "./effort.js";
import { Incumbent } from "./incumbent.js";
import type { Problem } from "./problem.js";
import { Stage, type OpenPart } from "./stage.js";

export interface SearchResult {
  readonly operations: readonly PlannableOperation[];
  readonly units: number;
  /** Units that no plan is below; equals `units` where the plan is proven optimal. */
  readonly lowerUnits: number;
  /** Whether it is known that no other plan costs the same. */
  readonly isUnique: boolean;
}

/** A problem is rebuilt without its dead operations when so many of them are, and such a share. */
const WORTH_REBUILDING = { operations: 32, share: 0.15 };

/**
 * Searches a problem that has a plan until the best is proven or the effort is spent.
 * @param watchesTies whether to find out that no other plan costs the same
 */
export function search(problem: Problem, effort: Effort, watchesTies: boolean): SearchResult {
  const incumbent = new Incumbent(watchesTies);
  let stage = new Stage(problem, effort, incumbent);
  let alive = allOf(problem);
  stage.seed(alive);
  let polishedUnits = Infinity;
  let lowerUnits = 0;
  for (;;) {
    const root = stage.examine(alive);
    if (root === undefined) break;
    lowerUnits = Math.max(lowerUnits, root.bound);
    if (effort.isOver()) return toResult(incumbent, lowerUnits);
    const dead = alive.length - countOf(alive);
    if (dead >= Math.max(WORTH_REBUILDING.operations, WORTH_REBUILDING.share * alive.length)) {
      stage = stage.reducedTo(alive);
      alive = allOf(stage.problem);
    } else if (incumbent.units < polishedUnits) {
      stage.polish(alive);
      polishedUnits = incumbent.units;
    } else {
      lowerUnits = Math.max(lowerUnits, branchAndBound(stage, root, { effort, incumbent }));
      return toResult(incumbent, lowerUnits);
    }
  }
  return toResult(incumbent, incumbent.units);
}

/** Splits parts in two, "this giver" and "any but this", the lowest bound first; returns what no plan is below. */
function branchAndBound(
  stage: Stage,
  root: OpenPart,
  { effort, incumbent }: { effort: Effort; incumbent: Incumbent },
): number {
  const { givers } = stage.problem.graph;
  const open = [root];
  while (open.length > 0 && !effort.isOver()) {
    const { alive, product, giver, bound } = takeLowest(open);
    if (bound > incumbent.limit) return incumbent.units;
    const others = alive.slice();
    others[giver] = 0;
    for (let link = givers.start[product]!; link < givers.start[product + 1]!; link += 1) {
      if (givers.items[link] !== giver) alive[givers.items[link]!] = 0;
    }
    for (const half of [others, alive]) {
      const part = stage.examine(half);
      // What was known of the whole holds for its halves.
      if (part !== undefined) open.push({ ...part, bound: Math.max(bound, part.bound) });
    }
  }
  return open.reduce((lowest, part) => Math.min(lowest, part.bound), incumbent.units);
}

/** Of equal bounds the newest: that goes deep first, where plans are. */
function takeLowest(open: OpenPart[]): OpenPart {
  let lowest = open.length - 1;
  for (let index = lowest - 1; index >= 0; index -= 1) if (open[index]!.bound < open[lowest]!.bound) lowest = index;
  const [part] = open.splice(lowest, 1);
  return part!;
}

function toResult({ operations, units, isTied }: Incumbent, lowerUnits: number): SearchResult {
  return { operations, units, lowerUnits, isUnique: !isTied && lowerUnits === units };
}

function allOf({ cost }: Problem): Uint8Array {
  return new Uint8Array(cost.length).fill(1);
}

function countOf(alive: Uint8Array): number {
  return alive.reduce((sum, living) => sum + living, 0);
}
