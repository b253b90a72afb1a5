// Makes the products of steps and hands them over: obtains the inputs from their providers first, so that no running slot is
// held while waiting for another engine, then computes once however many ask at the same time.
import type { Caller, Cookbook, Need, OpenCall, Receipt, Recipe } from "../../contracts/call.js";
import { baseKey, saltedKey, saltOf } from "../../contracts/content-key.js";
import { messageOf, NautilusError, toNautilusError } from "../../contracts/errors.js";
import { contentDigest } from "../../kernel/digest.js";
import { blaming } from "../../routing/call-errors.js";
import { containRejection } from "./contain-rejection.js";
import { aliased, type BoundOperation, type JobEnd, type Making } from "./operation-job.js";
import { SharedEnd } from "./shared-end.js";
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
  readonly end: JobEnd;
  readonly making: Making;
}

interface Made extends KeptResult {
  readonly key: string;
}

interface UnderWay {
  readonly promise: Promise<Made>;
  readonly end: SharedEnd;
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
  readonly #making = new Map<string | symbol, UnderWay>();

  constructor(options: MakerOptions) {
    this.#options = options;
  }

  async make(request: MakeRequest, call: OpenCall): Promise<Receipt> {
    const { key, pinned, runId } = await this.#obtain(request, call);
    const { instanceId } = this.#options;
    return { key, instanceId, ...(runId !== request.runId && { reusedFrom: runId }), ...(pinned && { pinned }) };
  }

  /**
   * Synchronous where the product is kept: a fetch never waits behind a computation. A lost one is made anew.
   * @throws NautilusError GIVER_DOWN, not to be retried, where making it anew would have an effect twice
   */
  fetch(request: MakeRequest, call: OpenCall): unknown {
    const { key, operationId } = request.recipe;
    const kept = this.#options.store.get(key);
    if (kept !== undefined) return kept.value;
    if (!this.#making.has(key) && this.#options.operationOf(operationId)?.operation.effects === true) {
      const message = `what ${operationId} gave is lost, and it is not done again: it has effects`;
      throw new NautilusError("GIVER_DOWN", message, { retryable: false, details: { operationId } });
    }
    return this.#obtain(request, call).then(({ value }) => value);
  }

  /** The instance stops: what is being obtained here is given up, and nobody new joins it. */
  dismiss(): void {
    const all = [...this.#making.values()];
    this.#making.clear();
    for (const { end } of all) end.dismiss();
  }

  async #obtain(request: MakeRequest, call: OpenCall): Promise<Made> {
    const { key } = request.recipe;
    const kept = this.#options.store.get(key);
    if (kept !== undefined) return { ...kept, key };
    const making = this.#making.get(key);
    // What everybody has given up may never settle: who joined it would wait for nothing.
    if (making === undefined || making.end.ended) return this.#begin(request, call);
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
      if (!theirs || call.ended || making.end.dismissed) throw error;
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
    const promise = this.#compute(request, end).finally(() => {
      if (this.#making.get(name)?.end === end) this.#making.delete(name);
    });
    this.#making.set(name, { promise, end });
    return promise;
  }

  async #compute(request: MakeRequest, end: SharedEnd): Promise<Made> {
    const { recipe, runId } = request;
    const bound = this.#options.operationOf(recipe.operationId);
    if (bound === undefined) throw new NautilusError("NOT_FOUND", `${recipe.operationId} is not offered here`);
    const inputs = await this.#inputs(request, end);
    const seed = baseKey(recipe.key) || contentDigest([recipe.operationId, recipe.needs]);
    if (end.ended) throw new NautilusError("CANCELLED", `nobody waits for ${recipe.operationId} any more`);
    let made: Omit<Made, "value" | "runId"> = { key: recipe.key, pinned: undefined };
    // Within the execution, so that what its output and its pin are worth counts for the operation that gave them.
    const check = (value: unknown): void => {
      checkOutput(bound, value);
      if (bound.operation.pin === undefined) return;
      const pinned = bound.operation.pin(value as never, aliased(bound.aliases, inputs) as never);
      containRejection(pinned, messageOf);
      if (Object.prototype.toString.call(pinned) !== "[object Object]") {
        throw new NautilusError("INTERNAL", `${bound.id}: its pin must give facts by product key, at once`);
      }
      try {
        contentDigest(pinned);
      } catch (thrown) {
        throw toNautilusError(thrown, `${bound.id}: what it pins cannot be a fact`);
      }
      made = { key: sourceKey(recipe, value), pinned };
    };
    const value = await new Promise<unknown>((resolve, reject) => {
      const failed = (error: NautilusError): void => {
        reject(blaming(bound.id, error));
      };
      this.#options.execute(bound, { inputs, end: end.forExecution(resolve, failed), making: { seed, check } });
    });
    this.#options.store.put(made.key, { value, runId, pinned: made.pinned });
    return { key: made.key, pinned: made.pinned, value, runId };
  }

  /** By product key; what has to be fetched is cancelled when nobody waits any more. */
  async #inputs(request: MakeRequest, end: SharedEnd): Promise<Readonly<Record<string, unknown>>> {
    const { needs } = request.recipe;
    const values = await Promise.all(needs.map((need) => this.#input(need, request, end)));
    return Object.fromEntries(needs.map(({ product }, index) => [product, values[index]]));
  }

  async #input({ product, key }: Need, { cookbook, runId }: MakeRequest, end: SharedEnd): Promise<unknown> {
    const fact = cookbook.facts.find((each) => each.key === key);
    if (fact !== undefined) return fact.value;
    const kept = this.#options.store.get(key);
    if (kept !== undefined) return kept.value;
    const made = cookbook.made.find((each) => each.recipe.key === key);
    if (made === undefined) throw new NautilusError("INTERNAL", `nothing says how ${product} (${key}) is made`);
    const { recipe, holders, making } = made;
    return this.#options.caller.call(
      recipe.operationId,
      { kind: "fetch", recipe, cookbook, runId },
      {
        consumer: this.#options.instanceId,
        priority: end.priority,
        deadlineMs: end.deadlineMs,
        correlationId: end.correlationId,
        signal: end.untilAbandoned(),
        prefer: holders,
        making,
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
