// The reference: every plan there is, by trying every giver for every product, valued by the definition of the cost.
import type { PlannableOperation, PlanRequest } from "../../../src/contracts/plan.js";
import { PREFERENCE_WEIGHTS } from "../../../src/planning/preferences.js";

export interface PossiblePlan {
  /** Product → its giver. */
  readonly giverOf: ReadonlyMap<string, PlannableOperation>;
  readonly cost: number;
}

export function everyPlan(request: PlanRequest, operations: readonly PlannableOperation[]): readonly PossiblePlan[] {
  const facts = new Set(request.facts);
  const plans: PossiblePlan[] = [];
  const extend = (open: readonly string[], giverOf: ReadonlyMap<string, PlannableOperation>): void => {
    const [product, ...rest] = open;
    if (product === undefined) {
      const cost = costOf(giverOf, request);
      if (cost !== undefined) plans.push({ giverOf, cost });
      return;
    }
    if (facts.has(product) || giverOf.has(product)) {
      extend(rest, giverOf);
      return;
    }
    for (const giver of operations.filter(({ gives }) => gives === product)) {
      extend([...rest, ...giver.needs], new Map(giverOf).set(product, giver));
    }
  };
  extend(request.wants, new Map());
  return plans;
}

/** Undefined when the givers need each other in a circle. */
function costOf(giverOf: ReadonlyMap<string, PlannableOperation>, request: PlanRequest): number | undefined {
  const weights = PREFERENCE_WEIGHTS[request.preference];
  const ends = new Map<string, number>();
  const endOf = (product: string): number => {
    const giver = giverOf.get(product);
    if (giver === undefined) return 0;
    const known = ends.get(product);
    if (known !== undefined) return known;
    ends.set(product, Number.NaN);
    const end = giver.latencyMs + Math.max(0, ...giver.needs.map(endOf));
    ends.set(product, end);
    return end;
  };
  const latencyMs = Math.max(0, ...[...giverOf.keys()].map(endOf));
  if (Number.isNaN(latencyMs)) return undefined;
  let cost = (weights.latency * latencyMs) / request.deadlineMs;
  for (const { reliability, quality } of giverOf.values()) {
    cost += weights.reliability * -Math.log(reliability) + weights.quality * (1 - quality);
  }
  return cost;
}

export function leastCost(plans: readonly PossiblePlan[]): number {
  return Math.min(...plans.map(({ cost }) => cost));
}

/** Operation ids, sorted, of the plan that the tie rule takes among equally cheap ones. */
export function firstByWalk(plans: readonly PossiblePlan[], wants: readonly string[]): readonly string[] {
  let left = plans;
  const queue = new Set([...wants].sort());
  for (const product of queue) {
    const ids = left.map(({ giverOf }) => giverOf.get(product)?.id).filter((id) => id !== undefined);
    const [smallest] = ids.sort();
    left = left.filter(({ giverOf }) => giverOf.get(product)?.id === smallest);
    for (const need of [...(left[0]?.giverOf.get(product)?.needs ?? [])].sort()) queue.add(need);
  }
  return [...(left[0]?.giverOf.values() ?? [])].map(({ id }) => id).sort();
}
