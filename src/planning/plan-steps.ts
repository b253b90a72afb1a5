// From the operations of a plan to its steps, in an order in which they can run.
import type { PlannableOperation, PlanStep } from "../contracts/plan.js";
import { MinHeap } from "./min-heap.js";

/**
 * Steps such that each follows what it depends on; of those that could come next, the smallest operation id comes first.
 * @param operations one per product, whose needs are facts or given by another of them, without cycles
 */
export function toSteps(operations: readonly PlannableOperation[]): readonly PlanStep[] {
  const giverOf = new Map(operations.map((operation) => [operation.gives, operation.id]));
  const steps = operations
    .map((operation) => toStep(operation, giverOf))
    .sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const waitingFor = steps.map(({ dependsOn }) => dependsOn.length);
  const followers = new Map(steps.map(({ operationId }): [string, number[]] => [operationId, []]));
  steps.forEach(({ dependsOn }, index) => {
    for (const id of dependsOn) followers.get(id)?.push(index);
  });
  const ready = new MinHeap(steps.length);
  waitingFor.forEach((count, index) => {
    if (count === 0) ready.push(index, index);
  });
  const ordered: PlanStep[] = [];
  while (ready.size > 0) {
    const step = steps[ready.pop()]!;
    ordered.push(step);
    for (const index of followers.get(step.operationId) ?? []) {
      waitingFor[index]! -= 1;
      if (waitingFor[index] === 0) ready.push(index, index);
    }
  }
  return ordered;
}

function toStep({ id, engineId, gives, needs }: PlannableOperation, giverOf: ReadonlyMap<string, string>): PlanStep {
  const sources = needs.map((product) => ({ product, giver: giverOf.get(product) }));
  const givers = new Set(sources.map(({ giver }) => giver).filter((giver) => giver !== undefined));
  return {
    operationId: id,
    engineId,
    gives,
    needs: sources.map(({ product, giver }) => ({
      product,
      from: giver === undefined ? "fact" : { operationId: giver },
    })),
    dependsOn: [...givers].sort(),
  };
}
