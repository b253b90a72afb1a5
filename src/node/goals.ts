// From what a caller asks to a run's order: which products are wanted, and which facts the caller supplies.
import type { RunOrder } from "../actors/coordinator/run.js";
import type { Domain } from "../contracts/domain.js";
import { NautilusError } from "../contracts/errors.js";
import type { Product } from "../contracts/product.js";
import { factsOf, parseFact, type ExecuteRequest, type GoalRequest, type Workflow } from "../contracts/workflow.js";

type Facts = Readonly<Record<string, unknown>>;

/** Which run it is, and the seed of the node that asks. */
export type RunHead = Required<Pick<RunOrder["request"], "runId" | "seed">>;

export function orderOf(workflow: Workflow, request: ExecuteRequest, head: RunHead): RunOrder {
  const { preference, fresh, deadlineMs } = request;
  return {
    workflow: workflow.name,
    request: { ...head, wants: workflow.wants, facts: workflow.facts(request), preference, fresh, deadlineMs },
  };
}

interface GoalSources {
  readonly domain: Domain;
  /** Every product that some engine of the network or the build needs or gives. */
  readonly products: readonly Product[];
}

export function orderOfGoal(goal: GoalRequest, head: RunHead, { domain, products }: GoalSources): RunOrder {
  const { preference, fresh, deadlineMs } = goal;
  const wants = Object.fromEntries(goal.products.map((name) => [name, productKey(name, products)]));
  const supplied = domain.goal === undefined ? {} : factsOf(domain.goal, goal);
  const facts = { ...supplied, ...ownFacts(goal.facts, products) };
  return { workflow: null, request: { ...head, wants, facts, preference, fresh, deadlineMs } };
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
      return [key, parseFact(product, value, name)];
    }),
  );
}
