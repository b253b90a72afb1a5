// The work of one instance: takes calls, runs operations within its limits, keeps and hands over products, and measures itself.
import type { Caller, OpenCall } from "../../contracts/call.js";
import type { Clock } from "../../contracts/clock.js";
import type { EngineContext } from "../../contracts/engine.js";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { Identity, Limits, Measured } from "../../contracts/identity.js";
import type { Logger } from "../../contracts/logger.js";
import type { Random } from "../../contracts/random.js";
import { contentDigest } from "../../kernel/digest.js";
import { SuccessWindow } from "../../kernel/success-window.js";
import { assessHealth, type HealthFindings } from "./health-rules.js";
import { Mailbox } from "./mailbox.js";
import { OperationJob, type BoundOperation, type CallFromJob, type JobOwner } from "./operation-job.js";
import { OperationMeter } from "./operation-meter.js";
import { ProductMaker, type ExecuteJob } from "./product-maker.js";
import { ResultStore } from "./result-store.js";

/** A caller that also knows whom to ask for a product. */
export interface ProductCaller extends Caller {
  /** The operation to ask for a product, given the products that are at hand. */
  operationFor(productKey: string, have: ReadonlySet<string>): string;
}

export interface WorkPorts {
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

export class InstanceWork implements JobOwner {
  readonly context: EngineContext;
  readonly #options: InstanceWorkOptions;
  readonly #mailbox: Mailbox<OperationJob>;
  readonly #store = new ResultStore();
  readonly #window = new SuccessWindow();
  readonly #meters = new Map<string, OperationMeter>();
  readonly #maker: ProductMaker;
  #throwsInARow = 0;
  #life = 0;

  constructor(options: InstanceWorkOptions) {
    const { instanceId, limits, context, ports, operationOf } = options;
    this.#options = options;
    this.context = context;
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

  get load(): Identity["load"] {
    return { active: this.#mailbox.active, queued: this.#mailbox.queued };
  }

  /** Over the last ten seconds. */
  get callsPerSecond(): number {
    const nowMs = this.nowMs();
    return (this.#window.succeeded(nowMs) + this.#window.failed(nowMs)) / 10;
  }

  measured(operationId: string): Measured {
    return this.#meter(operationId).measured();
  }

  findings(): HealthFindings {
    const nowMs = this.nowMs();
    return assessHealth({
      succeeded: this.#window.succeeded(nowMs),
      failed: this.#window.failed(nowMs),
      queued: this.#mailbox.queued,
      queue: this.#options.limits.queue,
    });
  }

  /** Called at an even pace: the recent past weighs more than the distant one. */
  forget(): void {
    for (const meter of this.#meters.values()) meter.forget();
  }

  take(call: OpenCall): void {
    const { request } = call;
    if (request.kind === "operation") this.#takeOperation(call, request.inputs);
    else if (request.kind === "make") void this.#answer(call, () => this.#maker.make(request, call));
    else void this.#answer(call, () => this.#maker.fetch(request, call));
  }

  open(): void {
    this.#throwsInARow = 0;
    this.#mailbox.open();
  }

  /** What comes now waits. */
  close(): void {
    this.#mailbox.close();
  }

  whenIdle(what?: "everything" | "running"): Promise<void> {
    return this.#mailbox.whenIdle(what);
  }

  /** What runs is lost, what was kept is gone; what waits goes on waiting. */
  wreck(): void {
    this.#life += 1;
    for (const job of this.#mailbox.abandonRunning()) job.lose(this.#down());
    this.#store.clear();
  }

  refuseWaiting(): void {
    this.#mailbox.refuseWaiting(new NautilusError("GIVER_DOWN", `${this.#options.instanceId} was stopped`));
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

  callFromJob({ product, inputs, end, signal }: CallFromJob): Promise<unknown> {
    const { caller } = this.#options.ports;
    const operationId = caller.operationFor(product.key, new Set(Object.keys(inputs)));
    const { priority, deadlineMs, correlationId } = end;
    const options = { consumer: this.#options.instanceId, priority, deadlineMs, correlationId, signal };
    return caller.call(operationId, { kind: "operation", inputs }, options);
  }

  succeeded(job: OperationJob, value: unknown): number {
    const nowMs = this.nowMs();
    this.#count(job, nowMs, false);
    this.#throwsInARow = 0;
    const { quality } = job.bound.operation;
    if (quality !== undefined) this.#meter(job.bound.id).recordQuality(quality(value as never));
    this.#mailbox.finished(job);
    return nowMs;
  }

  failed(job: OperationJob, error: NautilusError): void {
    const threw = error.code === "INTERNAL";
    this.#count(job, this.nowMs(), threw || error.code === "GIVER_DOWN");
    this.#throwsInARow = threw ? this.#throwsInARow + 1 : 0;
    this.#mailbox.finished(job);
    if (threw) this.#options.onThrow(error, this.#throwsInARow);
  }

  #count(job: OperationJob, nowMs: number, failed: boolean): void {
    this.#meter(job.bound.id).record(nowMs - job.startedMs, failed);
    this.#window.record(!failed, nowMs);
  }

  #takeOperation(call: OpenCall, inputs: Readonly<Record<string, unknown>>): void {
    const bound = this.#options.operationOf(call.operationId);
    if (bound === undefined) call.fail(new NautilusError("NOT_FOUND", `${call.operationId} is not offered here`));
    else this.#mailbox.offer(new OperationJob(this, bound, { inputs, end: call }), call.sentMs);
  }

  #execute(bound: BoundOperation, job: ExecuteJob): void {
    this.#mailbox.offer(new OperationJob(this, bound, job), this.nowMs());
  }

  /** What an earlier life of the instance still answers after a crash does not count. */
  async #answer(call: OpenCall, work: () => unknown): Promise<void> {
    const life = this.#life;
    try {
      const value = await work();
      if (life === this.#life) call.succeed(value, this.nowMs());
      else call.fail(this.#down());
    } catch (thrown) {
      call.fail(toNautilusError(thrown));
    }
  }

  #down(): NautilusError {
    return new NautilusError("GIVER_DOWN", `${this.#options.instanceId} went down while it worked`);
  }

  #meter(operationId: string): OperationMeter {
    let meter = this.#meters.get(operationId);
    if (meter === undefined) this.#meters.set(operationId, (meter = new OperationMeter()));
    return meter;
  }
}
