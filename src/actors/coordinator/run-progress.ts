// How far a run is: what is known of its products and steps, and what may begin next. Plain data and pure functions.
import type { Cookbook, Fact, MadeProduct, Receipt, Recipe } from "../../contracts/call.js";
import { baseKey, saltedKey } from "../../contracts/content-key.js";
import type { NautilusError } from "../../contracts/errors.js";
import type { Plan, PlanStep } from "../../contracts/plan.js";
import type { StepView } from "../../contracts/views/runs.js";
import { contentDigest } from "../../kernel/digest.js";

export interface StepRecord {
  readonly step: PlanStep;
  readonly status: StepView["status"];
  readonly instanceId: string | null;
  readonly attempts: number;
  /** Instances that took it, in order. */
  readonly takenBy: readonly string[];
  readonly startedMs: number | null;
  readonly durationMs: number | null;
  readonly recipe: Recipe | null;
  /** Of its operation, known once it began. */
  readonly effects: boolean;
  readonly reusedFrom: string | undefined;
  readonly error: NautilusError | undefined;
}

/** A product that nobody gave. */
export interface UngivenProduct {
  readonly product: string;
  /** Instances that were asked for it. */
  readonly instances: readonly string[];
  /** Engines that need it. */
  readonly engines: readonly string[];
}

export interface RunProgress {
  readonly plan: Plan | undefined;
  /** By operation id, in the order of the plan. */
  readonly steps: ReadonlyMap<string, StepRecord>;
  /** Content key of every product at hand, by product key. */
  readonly products: ReadonlyMap<string, string>;
  /** By content key. */
  readonly facts: ReadonlyMap<string, Fact>;
  readonly made: ReadonlyMap<string, MadeProduct>;
  /** Instances that were asked for a product and did not give it, by product key. */
  readonly missed: ReadonlyMap<string, readonly string[]>;
  /** What sources resolved, by product key: the facts that the rest of the run uses. */
  readonly pinned: Readonly<Record<string, unknown>>;
}

/** @param facts what the caller supplies, by product key */
export function beginProgress(facts: Readonly<Record<string, unknown>>): RunProgress {
  const empty: RunProgress = {
    plan: undefined,
    steps: new Map(),
    products: new Map(),
    facts: new Map(),
    made: new Map(),
    missed: new Map(),
    pinned: {},
  };
  return addFacts(empty, facts);
}

/**
 * Takes a plan for what is left; what succeeded stays, and what is having its effects; what the plan no longer needs or has to do
 * again is dropped.
 */
export function withPlan(progress: RunProgress, plan: Plan): RunProgress {
  const planned = new Set(plan.steps.map(({ operationId }) => operationId));
  const done = [...progress.steps].filter(
    ([id, record]) =>
      record.status === "succeeded" || isTakingEffect(record) || (record.status === "running" && planned.has(id)),
  );
  const steps = new Map(done);
  for (const step of plan.steps) if (!steps.has(step.operationId)) steps.set(step.operationId, pending(step));
  return { ...progress, plan, steps };
}

/** Product keys that a plan need not reach: what is made, and what nobody else may be asked for any more. */
export function inHand({ products, steps }: RunProgress): readonly string[] {
  const coming = [...steps.values()].filter(isTakingEffect).map(({ step }) => step.gives);
  return [...new Set([...products.keys(), ...coming])];
}

function isTakingEffect({ status, effects }: StepRecord): boolean {
  return status === "running" && effects;
}

/** The giver failed, or is gone and what it made with it: its step is to be done again, by another. */
export function withoutGiver(progress: RunProgress, operationId: string): RunProgress {
  const record = progress.steps.get(operationId);
  if (record === undefined) return progress;
  const steps = new Map(progress.steps);
  steps.delete(operationId);
  const products = new Map(progress.products);
  if (record.status === "succeeded") products.delete(record.step.gives);
  return { ...progress, steps, products };
}

/** Those who took the step did not give what they were asked for. */
export function withMiss(progress: RunProgress, operationId: string): RunProgress {
  const record = progress.steps.get(operationId);
  if (record === undefined || record.status === "succeeded" || record.takenBy.length === 0) return progress;
  const { missed } = progress;
  const product = record.step.gives;
  return { ...progress, missed: new Map(missed).set(product, [...(missed.get(product) ?? []), ...record.takenBy]) };
}

export function ungiven({ plan, products, missed }: RunProgress): readonly UngivenProduct[] {
  return [...missed]
    .filter(([product]) => !products.has(product))
    .map(([product, instances]) => {
      const takers = plan?.steps.filter(({ needs }) => needs.some((need) => need.product === product)) ?? [];
      return { product, instances, engines: [...new Set(takers.map(({ engineId }) => engineId))] };
    });
}

/** Steps whose needs are all at hand and that did not begin. */
export function readySteps({ steps, products }: RunProgress): readonly PlanStep[] {
  return [...steps.values()]
    .filter(({ status, step }) => status === "pending" && step.needs.every(({ product }) => products.has(product)))
    .map(({ step }) => step);
}

/** It began with what is no longer at hand, or is another by now. */
export function isOutdated({ steps, products }: RunProgress, operationId: string): boolean {
  const needs = steps.get(operationId)?.recipe?.needs ?? [];
  return needs.some(({ product, key }) => products.get(product) !== key);
}

export function isComplete({ steps }: RunProgress): boolean {
  return [...steps.values()].every(({ status }) => status === "succeeded" || status === "skipped");
}

export interface RecipeRules {
  readonly source: boolean;
  readonly seed: number;
  readonly salt?: string;
}

/**
 * How the product of a ready step is made. Its key hashes the operation, what it is made from, and the seed of what it draws;
 * a source gets none, since what it will read is not known.
 */
export function recipeOf({ products }: RunProgress, step: PlanStep, how: RecipeRules): Recipe {
  const needs = step.needs.map(({ product }) => ({ product, key: products.get(product) as string }));
  const bases = Object.fromEntries(needs.map(({ product, key }) => [product, baseKey(key)]));
  const base = how.source ? "" : contentDigest([step.operationId, bases, how.seed]);
  return { operationId: step.operationId, key: saltedKey(base, how.salt), needs };
}

/** What the recipe is made from, down to the facts; of all that was made, no more than that. */
export function cookbookFor({ facts, made }: RunProgress, recipe: Recipe): Cookbook {
  const book: { facts: Fact[]; made: MadeProduct[] } = { facts: [], made: [] };
  const pending = [...recipe.needs];
  const seen = new Set<string>();
  for (let need = pending.pop(); need !== undefined; need = pending.pop()) {
    const { key } = need;
    if (seen.has(key)) continue;
    seen.add(key);
    const fact = facts.get(key);
    if (fact !== undefined) book.facts.push(fact);
    const product = made.get(key);
    if (product === undefined) continue;
    book.made.push(product);
    pending.push(...product.recipe.needs);
  }
  return book;
}

export function stepBegan(
  progress: RunProgress,
  operationId: string,
  { recipe, effects, nowMs }: { recipe: Recipe; effects: boolean; nowMs: number },
): RunProgress {
  return update(progress, operationId, { status: "running", recipe, effects, startedMs: nowMs });
}

export function stepTaken(progress: RunProgress, operationId: string, instanceId: string): RunProgress {
  const { attempts = 0, takenBy = [] } = progress.steps.get(operationId) ?? {};
  return update(progress, operationId, { instanceId, attempts: attempts + 1, takenBy: [...takenBy, instanceId] });
}

export function stepSucceeded(
  progress: RunProgress,
  operationId: string,
  { receipt, nowMs }: { receipt: Receipt; nowMs: number },
): RunProgress {
  const record = progress.steps.get(operationId);
  if (record === undefined || record.recipe === null) return progress;
  const pinned = addFacts(progress, receipt.pinned ?? {});
  const needs = record.recipe.needs.map(({ product, key }) => ({
    product,
    key: receipt.pinned !== undefined && product in receipt.pinned ? (pinned.products.get(product) as string) : key,
  }));
  const durationMs = nowMs - (record.startedMs ?? nowMs);
  const missedBefore = progress.missed.get(record.step.gives) ?? [];
  const missedBy = [...missedBefore, ...record.takenBy.filter((instanceId) => instanceId !== receipt.instanceId)];
  const isNew = receipt.reusedFrom === undefined;
  const made: MadeProduct = {
    recipe: { operationId, key: receipt.key, needs },
    holders: [receipt.instanceId],
    ...(isNew ? { making: { ms: durationMs, missedBy } } : missedBy.length > 0 && { making: { ms: 0, missedBy } }),
  };
  const advanced: RunProgress = {
    ...pinned,
    pinned: { ...progress.pinned, ...receipt.pinned },
    products: new Map(pinned.products).set(record.step.gives, receipt.key),
    made: new Map(pinned.made).set(receipt.key, made),
  };
  return update(advanced, operationId, {
    status: "succeeded",
    instanceId: receipt.instanceId,
    durationMs,
    reusedFrom: receipt.reusedFrom,
  });
}

export function stepFailed(
  progress: RunProgress,
  operationId: string,
  failed: { error: NautilusError; nowMs: number },
): RunProgress {
  const startedMs = progress.steps.get(operationId)?.startedMs ?? failed.nowMs;
  return update(progress, operationId, { status: "failed", error: failed.error, durationMs: failed.nowMs - startedMs });
}

/** The run is over: what never began is skipped, and what was under way failed with it. */
export function closeSteps(progress: RunProgress, over: { error: NautilusError; nowMs: number }): RunProgress {
  let closed = progress;
  for (const [id, { status }] of progress.steps) {
    if (status === "pending") closed = update(closed, id, { status: "skipped" });
    if (status === "running") closed = stepFailed(closed, id, over);
  }
  return closed;
}

export function runningSteps({ steps }: RunProgress): readonly string[] {
  return [...steps].filter(([, { status }]) => status === "running").map(([id]) => id);
}

/** Those that run since then, or longer. */
export function lateSteps({ steps }: RunProgress, { sinceMs }: { readonly sinceMs: number }): readonly string[] {
  return [...steps]
    .filter(([, { status, startedMs }]) => status === "running" && startedMs !== null && startedMs <= sinceMs)
    .map(([id]) => id);
}

function addFacts(progress: RunProgress, added: Readonly<Record<string, unknown>>): RunProgress {
  const entries = Object.entries(added);
  if (entries.length === 0) return progress;
  const products = new Map(progress.products);
  const facts = new Map(progress.facts);
  for (const [product, value] of entries) {
    const key = contentDigest([product, value]);
    products.set(product, key);
    facts.set(key, { key, value });
  }
  return { ...progress, products, facts };
}

function update(progress: RunProgress, operationId: string, change: Partial<StepRecord>): RunProgress {
  const record = progress.steps.get(operationId);
  if (record === undefined) return progress;
  return { ...progress, steps: new Map(progress.steps).set(operationId, { ...record, ...change }) };
}

function pending(step: PlanStep): StepRecord {
  return {
    step,
    status: "pending",
    instanceId: null,
    attempts: 0,
    takenBy: [],
    startedMs: null,
    durationMs: null,
    recipe: null,
    effects: false,
    reusedFrom: undefined,
    error: undefined,
  };
}
