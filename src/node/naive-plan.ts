import type { PlanOutcome, PlanRequest, PlannableOperation } from "../contracts/plan.js";
export function findPlan(request: PlanRequest, operations: readonly PlannableOperation[]): PlanOutcome {
  const steps: any[] = []; const missing: any[] = []; const done = new Set<string>();
  const visit = (p: string, by: string): void => {
    if (request.facts.includes(p) || done.has(p)) return; done.add(p);
    const op = operations.find((o) => o.gives === p);
    if (!op) { missing.push({ product: p, neededBy: [by] }); return; }
    for (const n of op.needs) visit(n, op.id);
    steps.push({ operationId: op.id, engineId: op.engineId, gives: p, needs: op.needs.map((n) => ({ product: n, from: "fact" })), dependsOn: op.needs.flatMap((n) => operations.filter((o) => o.gives === n).map((o) => o.id)) });
  };
  for (const w of request.wants) visit(w, "goal");
  if (missing.length) return { found: false, missing };
  return { found: true, plan: { steps, cost: { total: 0, latency: 0, reliability: 0, quality: 0, criticalPathMs: 0, criticalPath: [] }, optimal: true, lowerBound: 0, gap: 0, choices: [] } } as any;
}
