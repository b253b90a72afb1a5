// One execution of one operation: what the engine's code sees as its context, and how its outcome gets out, exactly once.
import { setMaxListeners } from "node:events";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { EngineContext, Operation, OperationContext } from "../../contracts/engine.js";
import type { Logger } from "../../contracts/logger.js";
import type { Partner } from "../../contracts/partnership.js";
import type { Pool } from "../../contracts/pool.js";
import type { Priority } from "../../contracts/priority.js";
import type { Product } from "../../contracts/product.js";
import type { Random } from "../../contracts/random.js";
import type { MailboxJob } from "./mailbox.js";
import type { OperationMeter } from "./operation-meter.js";

/** Where the outcome of a job goes. An `OpenCall` is one. */
export interface JobEnd {
  readonly priority: Priority;
  readonly deadlineMs: number;
  readonly correlationId: string;
  readonly ended: boolean;
  onAbandoned(listener: () => void): void;
  succeed(value: unknown, nowMs: number): void;
  fail(error: NautilusError): void;
}

export type Alias = readonly [alias: string, productKey: string];

/** An operation with what does not change from call to call worked out. */
export interface BoundOperation {
  readonly id: string;
  readonly operation: Operation;
  /** Names of the needs and their product keys. */
  readonly aliases: readonly Alias[];
  /** Inputs of nothing: keeps the hidden class of all inputs alive between calls, see `InstanceWork`. */
  readonly unfilled: Readonly<Record<string, unknown>>;
  readonly usedKeys: ReadonlySet<string>;
  /** Of the instance that it is bound for; found on first use. */
  meter: OperationMeter | undefined;
}

export interface CallFromJob {
  readonly product: Product;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly end: JobEnd;
  readonly signal: AbortSignal;
}

/** What a job needs of the instance that runs it. */
export interface JobOwner {
  readonly context: EngineContext;
  nowMs(): number;
  randomFor(operationId: string, seed: string): Random;
  /** Content key of inputs that came as values. */
  digestInputs(inputs: object): string;
  callFromJob(call: CallFromJob): Promise<unknown>;
  /** Bookkeeping; one of the two is called exactly once, before the end gets the outcome. Answers with the time. */
  succeeded(job: OperationJob, value: unknown): number;
  failed(job: OperationJob, error: NautilusError): void;
}

export interface JobOptions {
  /** By product key. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly end: JobEnd;
  readonly making?: Making;
}

/** What is known of an execution that makes a product. */
export interface Making {
  /** Content key of the inputs. */
  readonly seed: string;
  /** What it throws, the operation failed with. */
  readonly check: (value: unknown) => void;
}

export class OperationJob implements MailboxJob, OperationContext {
  readonly #owner: JobOwner;
  readonly #inputs: Readonly<Record<string, unknown>>;
  readonly #end: JobEnd;
  readonly #making: Making | undefined;
  #random: Random | undefined;
  #controller: AbortController | undefined;
  #done = false;
  slot = -1;
  startedMs = 0;

  constructor(
    owner: JobOwner,
    /** Another one once the instance was started anew while the job waited: it runs on the fresh state. */
    public bound: BoundOperation,
    { inputs, end, making }: JobOptions,
  ) {
    this.#owner = owner;
    this.#inputs = inputs;
    this.#end = end;
    this.#making = making;
  }

  get priority(): Priority {
    return this.#end.priority;
  }

  get ended(): boolean {
    return this.#end.ended;
  }

  get engineId(): string {
    return this.#owner.context.engineId;
  }

  get instanceId(): string {
    return this.#owner.context.instanceId;
  }

  get log(): Logger {
    return this.#owner.context.log;
  }

  get pool(): Pool {
    return this.#owner.context.pool;
  }

  get partners(): readonly Partner[] {
    return this.#owner.context.partners;
  }

  get random(): Random {
    if (this.bound.operation.pin !== undefined) {
      throw new NautilusError("INTERNAL", `${this.bound.id} is a source: it reads the world and draws nothing`);
    }
    this.#random ??= this.#owner.randomFor(this.bound.id, this.#making?.seed ?? this.#owner.digestInputs(this.#inputs));
    return this.#random;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      // Each call that the operation makes listens; the router bounds how many there are.
      setMaxListeners(0, controller.signal);
      this.#end.onAbandoned(() => {
        controller.abort();
      });
      if (this.#end.ended || this.#done) controller.abort();
    }
    return this.#controller.signal;
  }

  publish<T>(product: Product<T>, value: T, subject?: string): void {
    this.#owner.context.publish(product, value, subject);
  }

  async call<T>(product: Product<T>, inputs: Readonly<Record<string, unknown>>): Promise<T> {
    if (!this.bound.usedKeys.has(product.key)) {
      throw new NautilusError(
        "INTERNAL",
        `${this.bound.id} calls for ${product.key} but does not declare it in "uses"`,
      );
    }
    const { signal } = this;
    return (await this.#owner.callFromJob({ product, inputs, end: this.#end, signal })) as T;
  }

  run(nowMs: number): void {
    this.startedMs = nowMs;
    const { bound } = this;
    try {
      const outcome = bound.operation.run(aliased(bound.aliases, this.#inputs) as never, this);
      if (isThenable(outcome)) {
        // One that is no promise may settle twice, or with another one.
        const promised = outcome instanceof Promise ? outcome : Promise.resolve(outcome);
        promised.then(
          (value) => {
            this.#succeed(value);
          },
          (thrown: unknown) => {
            this.#threw(thrown);
          },
        );
      } else this.#succeed(outcome);
    } catch (thrown) {
      this.#threw(thrown);
    }
  }

  refuse(error: NautilusError): void {
    if (this.#done) return;
    this.#done = true;
    this.#end.fail(error);
  }

  /** Ends the job from outside: its instance went down. What the code still does is ignored. */
  lose(error: NautilusError): void {
    this.#fail(error);
    this.#controller?.abort();
  }

  #succeed(value: unknown): void {
    if (this.#done || (this.#making !== undefined && !this.#passes(value, this.#making))) return;
    this.#done = true;
    this.#end.succeed(value, this.#owner.succeeded(this, value));
  }

  #passes(value: unknown, { check }: Making): boolean {
    try {
      check(value);
      return true;
    } catch (thrown) {
      this.#threw(thrown);
      return false;
    }
  }

  #threw(thrown: unknown): void {
    this.#fail(toNautilusError(thrown, `${this.bound.id} threw`));
  }

  #fail(error: NautilusError): void {
    if (this.#done) return;
    this.#done = true;
    this.#owner.failed(this, error);
    this.#end.fail(error);
  }
}

/** Inputs by the names that the operation gave its needs. */
export function aliased(
  aliases: readonly Alias[],
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const named: Record<string, unknown> = {};
  for (const [alias, productKey] of aliases) named[alias] = inputs[productKey];
  return named;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
