// The work of one instance: takes calls, runs operations within its limits, keeps and hands over products, and measures itself.
import type { Caller, OpenCall } from "../../contracts/call.js";
import type { Clock } from "../../contracts/clock.js";
import type { EngineContext } from "../../contracts/engine.js";
import { messageOf, NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { Identity, Limits, Measured } from "../../contracts/identity.js";
import type { Logger } from "../../contracts/logger.js";
import type { Random } from "../../contracts/random.js";
import { contentDigest } from "../../kernel/digest.js";
import { SuccessWindow } from "../../kernel/success-window.js";
import { isFault } from "../../routing/call-errors.js";
import { assessHealth, type HealthFindings } from "./health-rules.js";
import { Mailbox } from "./mailbox.js";
import { OperationJob, type BoundOperation, type CallFromJob, type JobOwner } from "./operation-job.js";
import { containRejection } from "./contain-rejection.js";
import { OperationMeter } from "./operation-meter.js";
import { OverdueJobs } from "./overdue-jobs.js";
import { ProductMaker, type ExecuteJob } from "./product-maker.js";
import type { ResultBudget } from "./result-budget.js";
import { ResultStore } from "./result-store.js";

/** A caller that also knows whom to ask for a product. */
export interface ProductCaller extends Caller {
  /** The operation to ask for a product, given the products that are at hand. */
  operationFor(productKey: string, have: ReadonlySet<string>): string;
}

export interface WorkPorts {
  /** Of the node: what its instances keep counts together. */
  readonly results: ResultBudget;
  readonly clock: Clock;
  readonly log: Logger;
  readonly caller: ProductCaller;
  readonly randomFor: (operationId: string, seed: string) => Random;
}

export interface InstanceWorkOptions {
  readonly instanceId: string;
  readonly limits: Limits;
  readonly context: EngineContext;
  readonly ports: WorkPorts;
  readonly operationOf: (operationId: string) => BoundOperation | undefined;
  /** An operation threw unexpectedly, for the so-manieth time in a row. */
  readonly onThrow: (error: NautilusError, inARow: number) => void;
}

/** One job in so many is kept as the latest. */
const KEEP_EVERY = 64;

export class InstanceWork implements JobOwner {
  readonly context: EngineContext;
  readonly #options: InstanceWorkOptions;
  readonly #mailbox: Mailbox<OperationJob>;
  readonly #store: ResultStore;
  readonly #window = new SuccessWindow();
  readonly #meters = new Map<string, OperationMeter>();
  readonly #maker: ProductMaker;
  /** Calls for products that are under way; the same call may be here twice, once given up and once come again. */
  readonly #answering = new Set<{ readonly call: OpenCall }>();
  #onAnswered: (() => void) | undefined;
  #lastBound: BoundOperation | undefined;
  /** What other engines failed with: passed on by an operation, it is no throw of this one. */
  readonly #received = new WeakSet<NautilusError>();
  readonly #overdue = new OverdueJobs<OperationJob>();
  #load: Identity["load"] = { active: 0, queued: 0 };
  #measurements = 0;
  #throwsInARow = 0;
  #succeeded = 0;
  /** Kept for its hidden class alone: with no job alive, a full collection drops that, and the optimised code with it. */
  readonly #latest: { job: OperationJob | undefined } = { job: undefined };

  constructor(options: InstanceWorkOptions) {
    const { instanceId, limits, context, ports, operationOf } = options;
    this.#options = options;
    this.context = context;
    this.#store = new ResultStore(ports.results);
    this.#mailbox = new Mailbox(instanceId, limits, () => ports.clock.nowMs());
    this.#maker = new ProductMaker({
      instanceId,
      store: this.#store,
      caller: ports.caller,
      operationOf,
      execute: (bound, job) => {
        this.#execute(bound, job);
      },
    });
  }

  /** The same object for as long as it is the same load. */
  get load(): Identity["load"] {
    const { active, queued } = this.#mailbox;
    if (this.#load.active !== active || this.#load.queued !== queued) this.#load = { active, queued };
    return this.#load;
  }

  /** Grows whenever what is measured of an operation may have changed. */
  get measurements(): number {
    return this.#measurements;
  }

  /** Operations that run or wait. */
  get held(): number {
    return this.#mailbox.active + this.#mailbox.queued;
  }

  /** Over the last ten seconds. */
  get callsPerSecond(): number {
    const nowMs = this.nowMs();
    return (this.#window.succeeded(nowMs) + this.#window.failed(nowMs)) / 10;
  }

  measured(operationId: string): Measured {
    return this.#meter(operationId).measured();
  }

  /** Called at an even pace. */
  findings(): HealthFindings {
    const nowMs = this.nowMs();
    const { queue, concurrency } = this.#options.limits;
    return assessHealth({
      overdue: this.#overdue.among(this.#mailbox.running(), nowMs).length,
      concurrency,
      succeeded: this.#window.succeeded(nowMs),
      failed: this.#window.failed(nowMs),
      queued: this.#mailbox.queued,
      queue,
    });
  }

  /** Called at an even pace: the recent past weighs more than the distant one. */
  forget(): void {
    this.#measurements += 1;
    for (const meter of this.#meters.values()) meter.forget();
  }

  take(call: OpenCall): void {
    const { request } = call;
    if (request.kind === "operation") this.#takeOperation(call, request.inputs);
    else if (request.kind === "make") void this.#answer(call, () => this.#maker.make(request, call));
    else void this.#answer(call, () => this.#maker.fetch(request, call));
  }

  /** Jobs may run: those that waited since an earlier life of the instance run on its fresh state. */
  open(): void {
    this.#throwsInARow = 0;
    this.#lastBound = undefined;
    for (const job of this.#mailbox.waiting()) {
      const bound = this.#options.operationOf(job.bound.id);
      if (bound === undefined) job.refuse(notOffered(job.bound.id));
      else job.bound = bound;
    }
    this.#mailbox.open();
  }

  /** What comes now waits. */
  close(): void {
    this.#mailbox.close();
  }

  /** Resolves once nothing runs; with `everything`, once nothing waits and nothing is being obtained either. */
  async whenIdle(what: "everything" | "running" = "everything"): Promise<void> {
    if (what === "everything" && this.#answering.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onAnswered = resolve;
      });
    }
    await this.#mailbox.whenIdle(what);
  }

  /** What runs is lost, what was kept is gone; what waits goes on waiting. */
  wreck(): void {
    const down = new NautilusError("GIVER_DOWN", `${this.#options.instanceId} went down while it worked`);
    for (const job of this.#mailbox.abandonRunning()) job.lose(down);
    this.#store.clear();
    this.#latest.job = undefined;
  }

  /** Fails what waits, also for products that are still being obtained. */
  refuseWaiting(): void {
    const stopped = new NautilusError("GIVER_DOWN", `${this.#options.instanceId} was stopped`);
    this.#maker.dismiss();
    const answering = [...this.#answering];
    this.#answering.clear();
    for (const { call } of answering) call.fail(stopped);
    this.#mailbox.refuseWaiting(stopped);
  }

  nowMs(): number {
    return this.#options.ports.clock.nowMs();
  }

  randomFor(operationId: string, seed: string): Random {
    return this.#options.ports.randomFor(operationId, seed);
  }

  digestInputs(inputs: object): string {
    return contentDigest(inputs);
  }

  async callFromJob({ product, inputs, end, signal }: CallFromJob): Promise<unknown> {
    const { caller } = this.#options.ports;
    const operationId = caller.operationFor(product.key, new Set(Object.keys(inputs)));
    const { priority, deadlineMs, correlationId } = end;
    const options = { consumer: this.#options.instanceId, priority, deadlineMs, correlationId, signal };
    try {
      return await caller.call(operationId, { kind: "operation", inputs }, options);
    } catch (thrown) {
      if (thrown instanceof NautilusError) this.#received.add(thrown);
      throw thrown;
    }
  }

  succeeded(job: OperationJob, value: unknown): number {
    const nowMs = this.nowMs();
    this.#count(job, nowMs, false);
    this.#throwsInARow = 0;
    if (job.bound.operation.quality !== undefined) this.#recordQuality(job.bound, value);
    this.#mailbox.finished(job);
    if ((this.#succeeded += 1) % KEEP_EVERY === 0) this.#latest.job = job;
    return nowMs;
  }

  failed(job: OperationJob, error: NautilusError): void {
    const threw = error.code === "INTERNAL" && !this.#received.has(error);
    this.#count(job, this.nowMs(), isFault(error));
    this.#throwsInARow = threw ? this.#throwsInARow + 1 : 0;
    try {
      // First: what waits must not run on a state that is about to be given up.
      if (threw) this.#options.onThrow(error, this.#throwsInARow);
    } finally {
      this.#mailbox.finished(job);
    }
  }

  /** What an operation says of itself is no part of its answer: a throw is said and left. */
  #recordQuality({ id, operation }: BoundOperation, value: unknown): void {
    const failed = (thrown: unknown): void => {
      const { instanceId, ports } = this.#options;
      const fields = { instanceId, operation: id, err: thrown, reason: messageOf(thrown) };
      ports.log.error(fields, "measuring the quality of an output threw");
    };
    try {
      const quality: unknown = operation.quality?.(value as never);
      if (typeof quality !== "number") containRejection(quality, failed);
      else {
        this.#measurements += 1;
        this.#meter(id).recordQuality(quality);
      }
    } catch (thrown) {
      failed(thrown);
    }
  }

  #count(job: OperationJob, nowMs: number, failed: boolean): void {
    const { bound } = job;
    bound.meter ??= this.#meter(bound.id);
    bound.meter.record(nowMs - job.startedMs, failed);
    this.#measurements += 1;
    this.#window.record(!failed, nowMs);
  }

  #takeOperation(call: OpenCall, inputs: Readonly<Record<string, unknown>>): void {
    const { operationId } = call;
    // Calls of one operation follow each other more often than not.
    if (this.#lastBound?.id !== operationId) this.#lastBound = this.#options.operationOf(operationId);
    const bound = this.#lastBound;
    if (bound === undefined) call.fail(notOffered(operationId));
    else this.#mailbox.offer(new OperationJob(this, bound, { inputs, end: call }), call.sentMs);
  }

  #execute(bound: BoundOperation, job: ExecuteJob): void {
    this.#mailbox.offer(new OperationJob(this, bound, job), this.nowMs());
  }

  /** A call that was refused meanwhile may be with another instance by now: it is not answered from here. */
  async #answer(call: OpenCall, work: () => unknown): Promise<void> {
    const answer = { call };
    this.#answering.add(answer);
    try {
      const value = await work();
      if (this.#answering.delete(answer)) call.succeed(value, this.nowMs());
    } catch (thrown) {
      if (this.#answering.delete(answer)) call.fail(toNautilusError(thrown));
    }
    if (this.#answering.size > 0) return;
    this.#onAnswered?.();
    this.#onAnswered = undefined;
  }

  #meter(operationId: string): OperationMeter {
    let meter = this.#meters.get(operationId);
    if (meter === undefined) this.#meters.set(operationId, (meter = new OperationMeter()));
    return meter;
  }
}

function notOffered(operationId: string): NautilusError {
  return new NautilusError("NOT_FOUND", `${operationId} is not offered here`);
}
