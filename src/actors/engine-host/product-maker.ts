// Makes the products of steps and hands them over: obtains the inputs from their providers first, so that no running slot is
// held while waiting for another engine, then computes once however many ask at the same time.
import type { Caller, Cookbook, OpenCall, Receipt, Recipe } from "../../contracts/call.js";
import { baseKey, saltedKey, saltOf } from "../../contracts/content-key.js";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import { contentDigest } from "../../kernel/digest.js";
import { aliased, type BoundOperation, type JobEnd } from "./operation-job.js";
import { SharedEnd, type Waiter } from "./shared-end.js";
import type { KeptResult, ResultStore } from "./result-store.js";

export interface MakerOptions {
  readonly instanceId: string;
  readonly store: ResultStore;
  readonly caller: Caller;
  readonly operationOf: (operationId: string) => BoundOperation | undefined;
  /** Puts one execution into the instance's mailbox. */
  readonly execute: (bound: BoundOperation, job: ExecuteJob) => void;
}

export interface ExecuteJob {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly seed: string;
  readonly end: JobEnd;
}

interface Made extends KeptResult {
  readonly key: string;
  readonly reused: boolean;
}

export interface MakeRequest {
  readonly recipe: Recipe;
  readonly cookbook: Cookbook;
  readonly runId: string;
}

/** Products being made at once in one instance. */
const MAX_MAKING = 1024;
/** Calls waiting for one of them. */
const MAX_WAITERS = 4096;

export class ProductMaker {
  readonly #options: MakerOptions;
  readonly #making = new Map<string | symbol, { readonly promise: Promise<Made>; readonly end: SharedEnd }>();

  constructor(options: MakerOptions) {
    this.#options = options;
  }

  async make(request: MakeRequest, call: OpenCall): Promise<Receipt> {
    const { key, pinned, reused, runId } = await this.#obtain(request, call);
    const { instanceId } = this.#options;
    return { key, instanceId, ...(reused && { reusedFrom: runId }), ...(pinned && { pinned }) };
  }

  /** Synchronous where the product is kept: a fetch never waits behind a computation. */
  fetch(request: MakeRequest, call: OpenCall): unknown {
    const kept = this.#options.store.get(request.recipe.key);
    return kept === undefined ? this.#obtain(request, call).then(({ value }) => value) : kept.value;
  }

  async #obtain(request: MakeRequest, call: OpenCall): Promise<Made> {
    const { key } = request.recipe;
    const kept = this.#options.store.get(key);
    if (kept !== undefined) return { ...kept, key, reused: true };
    const making = this.#making.get(key);
    if (making === undefined) return this.#begin(request, call);
    if (making.end.size >= MAX_WAITERS) {
      throw new NautilusError(
        "OVERLOADED",
        `${MAX_WAITERS} calls wait for one result of ${request.recipe.operationId}`,
      );
    }
    making.end.join(call);
    try {
      return await making.promise;
    } catch (thrown) {
      // Those who asked first gave up or ran out of time; this call still has some.
      const error = toNautilusError(thrown);
      const theirs = error.code === "DEADLINE_EXCEEDED" || error.code === "CANCELLED";
      if (!theirs || call.ended) throw error;
      return this.#obtain(request, call);
    }
  }

  #begin(request: MakeRequest, call: OpenCall): Promise<Made> {
    if (this.#making.size >= MAX_MAKING) {
      throw new NautilusError("OVERLOADED", `${this.#options.instanceId} is making ${MAX_MAKING} products already`);
    }
    const end = new SharedEnd(call);
    const { key } = request.recipe;
    // A source that was not read yet has no name to be shared by.
    const name = baseKey(key) === "" ? Symbol("source") : key;
    const promise = this.#compute(request, end).finally(() => this.#making.delete(name));
    this.#making.set(name, { promise, end });
    return promise;
  }

  async #compute(request: MakeRequest, end: SharedEnd): Promise<Made> {
    const { recipe, runId } = request;
    const bound = this.#options.operationOf(recipe.operationId);
    if (bound === undefined) throw new NautilusError("NOT_FOUND", `${recipe.operationId} is not offered here`);
    const inputs = await this.#inputs(request, end);
    const seed = baseKey(recipe.key) || contentDigest([recipe.operationId, recipe.needs]);
    const value = await new Promise<unknown>((resolve, reject) => {
      this.#options.execute(bound, { inputs, seed, end: end.forExecution(resolve, reject) });
    });
    checkOutput(bound, value);
    const pinned = bound.operation.pin?.(value as never, aliased(bound, inputs) as never);
    const key = pinned === undefined ? recipe.key : sourceKey(recipe, value);
    const kept: KeptResult = { value, runId, pinned };
    this.#options.store.put(key, kept);
    return { ...kept, key, reused: false };
  }

  async #inputs(request: MakeRequest, end: Waiter): Promise<Readonly<Record<string, unknown>>> {
    const needs = Object.entries(request.recipe.needs);
    const values = await Promise.all(needs.map(([product, key]) => this.#input(product, key, { ...request, end })));
    return Object.fromEntries(needs.map(([product], index) => [product, values[index]]));
  }

  #input(product: string, key: string, from: MakeRequest & { readonly end: Waiter }): unknown {
    const { cookbook, runId, end } = from;
    if (key in cookbook.facts) return cookbook.facts[key];
    const kept = this.#options.store.get(key);
    if (kept !== undefined) return kept.value;
    const recipe = cookbook.recipes[key];
    if (recipe === undefined) throw new NautilusError("INTERNAL", `nothing says how ${product} (${key}) is made`);
    return this.#options.caller.call(
      recipe.operationId,
      { kind: "fetch", recipe, cookbook, runId },
      {
        consumer: this.#options.instanceId,
        priority: end.priority,
        deadlineMs: end.deadlineMs,
        correlationId: end.correlationId,
        prefer: cookbook.holders[key] ?? [],
      },
    );
  }
}

/** A source's content is known once it was read; a run that read it before must read the same again. */
function sourceKey(recipe: Recipe, value: unknown): string {
  const key = saltedKey(contentDigest([recipe.operationId, value]), saltOf(recipe.key));
  if (baseKey(recipe.key) !== "" && recipe.key !== key) {
    throw new NautilusError("INTERNAL", `${recipe.operationId} no longer gives what the run has read before`);
  }
  return key;
}

function checkOutput({ id, operation }: BoundOperation, value: unknown): void {
  const parsed = operation.gives.schema.safeParse(value);
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "its value" : issue.path.join(".");
  throw new NautilusError(
    "INTERNAL",
    `${id} gave a ${operation.gives.key} that does not fit: ${where}: ${issue?.message}`,
  );
}
