// Plans for the goals of this node, from the network as it is now.
import type { EngineDefinition } from "../contracts/engine.js";
import type { Identity } from "../contracts/identity.js";
import { NautilusError } from "../contracts/errors.js";
import type { WorkflowView } from "../contracts/views/workflows.js";
import type { Plan, PlannableOperation } from "../contracts/plan.js";
import type { Workflow } from "../contracts/workflow.js";
import { explainPlan } from "../planning/explain-plan.js";
import { findPlan } from "../planning/find-plan.js";
import type { RunEffects } from "../actors/coordinator/run.machine.js";
import { explainMissing, giversOf, isGivable, noPlan, plannableOperations } from "./planning-view.js";

const USUAL_DEADLINE_MS = 10_000;

interface KnownNetwork {
  readonly operations: readonly PlannableOperation[];
  readonly sources: ReadonlySet<string>;
  readonly withEffects: ReadonlySet<string>;
}

export class Planning {
  readonly #workflows: readonly Workflow[];
  readonly #givers: ReadonlyMap<string, readonly string[]>;
  /** The network changed: it is read when it is next needed, however often it changed until then. */
  #unread: (() => readonly Identity[]) | undefined;
  #identities: readonly Identity[] = [];
  #known: KnownNetwork = { operations: [], sources: new Set(), withEffects: new Set() };
  #views: { readonly of: KnownNetwork; readonly views: readonly WorkflowView[] } | undefined;
  /** What can be reached depends on who is there alone, not on what was measured of them. */
  #lost: readonly WorkflowView[] | undefined;

  /** @param definitions every engine of this build, hosted here or not */
  constructor(definitions: readonly EngineDefinition[], workflows: readonly Workflow[]) {
    this.#workflows = workflows;
    this.#givers = giversOf(definitions);
  }

  networkChanged(read: () => readonly Identity[]): void {
    this.measuredAnew(read);
    this.#lost = undefined;
  }

  /** The network is what it was, and was measured anew. */
  measuredAnew(read: () => readonly Identity[]): void {
    this.#unread = read;
  }

  isSource(operationId: string): boolean {
    return this.#network.sources.has(operationId);
  }

  hasEffects(operationId: string): boolean {
    return this.#network.withEffects.has(operationId);
  }

  readonly plan: RunEffects["plan"] = (request, have, avoid) => {
    const { wants, preference, deadlineMs } = request;
    const asked = { wants: Object.values(wants), facts: have, preference, deadlineMs };
    const operations = this.#without(avoid);
    const outcome = findPlan(asked, operations);
    if (!outcome.found) return noPlan(explainMissing(outcome.missing, this.#givers));
    const { plan } = outcome;
    return plan.choices.length === 0 ? plan : explainedWhenAsked(plan, { request: asked, operations });
  };

  workflows(): readonly WorkflowView[] {
    const network = this.#network;
    if (this.#views?.of !== network) {
      this.#views = { of: network, views: this.#workflows.map((workflow) => this.workflow(workflow)) };
    }
    return this.#views.views;
  }

  /** Workflows without a plan, though engines of this build could give all that they want. */
  get lost(): readonly WorkflowView[] {
    this.#lost ??= this.workflows().filter((workflow) => !workflow.reachable && isGivable(workflow));
    return this.#lost;
  }

  workflow({ name, description, wants, supplies }: Workflow): WorkflowView {
    const usual = { facts: supplies, preference: "balanced", deadlineMs: USUAL_DEADLINE_MS } as const;
    const outcome = findPlan({ wants: Object.values(wants), ...usual }, this.#network.operations);
    const head = { name, description, wants: { ...wants } };
    if (!outcome.found) {
      return { ...head, reachable: false, plan: [], missing: explainMissing(outcome.missing, this.#givers) };
    }
    return { ...head, reachable: true, plan: stepsOf(outcome.plan), missing: [] };
  }

  /**
   * The operation to ask for a product, given the products at hand; the first by id where several would do.
   * @throws NautilusError GIVER_DOWN when none does
   */
  operationFor(productKey: string, have: ReadonlySet<string>): string {
    const fitting = this.#network.operations
      .filter(({ gives, needs }) => gives === productKey && needs.every((need) => have.has(need)))
      .map(({ id }) => id)
      .sort();
    const first = fitting[0];
    if (first !== undefined) return first;
    const given = have.size > 0 ? [...have].join(", ") : "nothing";
    throw new NautilusError("GIVER_DOWN", `no living engine gives ${productKey} from ${given}`);
  }

  #without(avoid: ReadonlySet<string>): readonly PlannableOperation[] {
    const { operations } = this.#network;
    return avoid.size === 0 ? operations : operations.filter(({ id }) => !avoid.has(id));
  }

  get #network(): KnownNetwork {
    const read = this.#unread;
    if (read === undefined) return this.#known;
    this.#unread = undefined;
    const identities = read();
    if (identities === this.#identities) return this.#known;
    this.#identities = identities;
    const [sources, withEffects] = [new Set<string>(), new Set<string>()];
    for (const { operations } of identities) {
      for (const { id, source, effects } of operations) {
        if (source) sources.add(id);
        if (effects) withEffects.add(id);
      }
    }
    this.#known = { operations: plannableOperations(identities), sources, withEffects };
    return this.#known;
  }
}

/** What the alternatives would have cost takes a search for each: found out when somebody looks, which for most plans is never. */
function explainedWhenAsked(plan: Plan, among: Parameters<typeof explainPlan>[1]): Plan {
  let choices: Plan["choices"] | undefined;
  return {
    ...plan,
    get choices() {
      return (choices ??= explainPlan(plan, among));
    },
  };
}

function stepsOf({ steps }: Plan): string[] {
  return steps.map(({ operationId }) => operationId);
}
