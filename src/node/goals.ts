// From what a caller asks to a run's order: which products are wanted, and which facts the caller supplies.
import type { RunOrder } from "../actors/coordinator/run.js";
import { NautilusError } from "../contracts/errors.js";
import { WORKFLOWS, type Workflow } from "../contracts/goals.js";
import type { ExecuteRequest, GoalRequest } from "../contracts/requests.js";
import type { Product } from "../contracts/product.js";
import { MarketRequest, PortfolioMandate } from "../contracts/products.js";
import { infeasibility } from "../quant/optimisation/feasibility.js";

type Facts = Readonly<Record<string, unknown>>;

/** @throws NautilusError NOT_FOUND naming the workflows there are */
export function workflowNamed(name: string): Workflow {
  const workflow = WORKFLOWS.find((each) => each.name === name);
  if (workflow !== undefined) return workflow;
  const known = WORKFLOWS.map((each) => each.name);
  throw new NautilusError("NOT_FOUND", `no workflow ${name}; there are ${known.join(", ")}`, { details: { known } });
}

/** Which run it is, and the seed of the node that asks. */
export type RunHead = Required<Pick<RunOrder["request"], "runId" | "seed">>;

export function orderOf(workflow: Workflow, request: ExecuteRequest, head: RunHead): RunOrder {
  const { preference, fresh, deadlineMs } = request;
  return {
    workflow: workflow.name,
    request: { ...head, wants: workflow.wants, facts: factsOf(request), preference, fresh, deadlineMs },
  };
}

/** @param products every product that some engine of the network or the build needs or gives */
export function orderOfGoal(goal: GoalRequest, head: RunHead, products: readonly Product[]): RunOrder {
  const { preference, fresh, deadlineMs } = goal;
  const wants = Object.fromEntries(goal.products.map((name) => [name, productKey(name, products)]));
  const facts = { ...factsOf(goal), ...ownFacts(goal.facts, products) };
  return { workflow: null, request: { ...head, wants, facts, preference, fresh, deadlineMs } };
}

/** What every goal may be about. A mandate that no portfolio can satisfy is refused before anything is computed. */
function factsOf({ universe, lookbackBars, asOf, constraints, riskAversion, capital }: ExecuteRequest): Facts {
  const impossible = infeasibility(constraints);
  if (impossible !== undefined) throw impossible;
  return {
    [MarketRequest.key]: { lookbackBars, ...(universe && { symbols: universe }), ...(asOf && { asOf }) },
    [PortfolioMandate.key]: { constraints, riskAversion, capital },
  };
}

/** A name without version means the newest there is. */
export function productKey(name: string, products: readonly Product[]): string {
  if (name.includes("@")) return name;
  const versions = products.filter((product) => product.name === name).map(({ version }) => version);
  return `${name}@${versions.length === 0 ? 1 : Math.max(...versions)}`;
}

function ownFacts(facts: Facts, products: readonly Product[]): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      const key = productKey(name, products);
      const product = products.find((each) => each.key === key);
      if (product === undefined) {
        throw new NautilusError("INVALID_INPUT", `facts.${name}: no engine here knows this product`);
      }
      const parsed = product.schema.safeParse(value);
      if (parsed.success) return [key, parsed.data];
      const issue = parsed.error.issues[0];
      const path = ["facts", name, ...(issue?.path ?? [])].join(".");
      throw new NautilusError("INVALID_INPUT", `${path}: ${issue?.message}`);
    }),
  );
}
