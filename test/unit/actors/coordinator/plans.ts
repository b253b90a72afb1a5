// Plans and a network for runs: four operations that give each other what they need.
import type { CallOptions, CallRequest } from "../../../../src/contracts/call.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import type { Plan, PlanStep } from "../../../../src/contracts/plan.js";
import type { RunRequest } from "../../../../src/actors/coordinator/run.machine.js";

export const FACT = "test.request@1";

/** Operation id → what it needs and gives. */
export const OPERATIONS: Readonly<Record<string, { needs: readonly string[]; gives: string }>> = {
  "SOURCE.read@1": { needs: [FACT], gives: "history@1" },
  "LEFT.left@1": { needs: ["history@1"], gives: "left@1" },
  "RIGHT.right@1": { needs: ["history@1", FACT], gives: "right@1" },
  "SPARE.right@1": { needs: ["history@1"], gives: "right@1" },
  "JOIN.join@1": { needs: ["left@1", "right@1"], gives: "goal@1" },
};

/** The first operation in the list that gives each product, back from the wanted ones. */
export function planFor(
  { wants }: Pick<RunRequest, "wants">,
  have: readonly string[],
  avoid: ReadonlySet<string> = new Set(),
  operations: typeof OPERATIONS = OPERATIONS,
): Plan | NautilusError {
  const steps = new Map<string, PlanStep>();
  const missing: string[] = [];
  const reach = (product: string): PlanStep["needs"][number]["from"] => {
    if (have.includes(product)) return "fact";
    const found = Object.entries(operations).find(([id, { gives }]) => gives === product && !avoid.has(id));
    if (found === undefined) {
      missing.push(product);
      return "fact";
    }
    const [operationId, { needs, gives }] = found;
    if (!steps.has(operationId)) {
      const reached = needs.map((need) => ({ product: need, from: reach(need) }));
      const dependsOn = reached.flatMap(({ from }) => (from === "fact" ? [] : [from.operationId])).sort();
      const engineId = operationId.split(".")[0] as string;
      steps.set(operationId, { operationId, engineId, gives, needs: reached, dependsOn });
    }
    return { operationId };
  };
  for (const product of Object.values(wants)) reach(product);
  if (missing.length > 0) return new NautilusError("NO_PLAN", `nobody gives ${missing.join(", ")}`);
  const cost = { total: 1, latency: 1, reliability: 0, quality: 0, criticalPathMs: 1, criticalPath: [] };
  return { steps: [...steps.values()], cost, optimal: true, lowerBound: 1, gap: 0, choices: [], unmeasured: [] };
}

export function requestOf(rest: Partial<RunRequest> = {}): RunRequest {
  return {
    runId: "run-1",
    wants: { goal: "goal@1" },
    facts: { [FACT]: { asOf: "latest" } },
    preference: "balanced",
    fresh: false,
    deadlineMs: 1_000,
    ...rest,
  };
}

export interface Asked {
  readonly operationId: string;
  readonly request: CallRequest;
  readonly options: CallOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: NautilusError) => void;
}
