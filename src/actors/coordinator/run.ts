// One run from the order to its view: holds the run's actor while it lives, and only what is shown of it afterwards.
import type { Actor } from "xstate";
import type { Caller } from "../../contracts/call.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { RunField } from "../../contracts/domain.js";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { RunView } from "../../contracts/views/runs.js";
import { assert } from "../../kernel/assert.js";
import { approximateBytes } from "../../kernel/approximate-bytes.js";
import type { ActorTree } from "../actor-tree.js";
import { createRunWorker } from "./run-worker.js";
import { viewRun } from "./run-view.js";
import { runMachine, type RunEffects, type RunRequest } from "./run.machine.js";

export interface RunOrder {
  readonly request: RunRequest;
  readonly workflow: string | null;
}

export interface RunPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly tree: ActorTree;
  readonly caller: Caller;
  readonly effects: RunEffects;
  /** What the domain adds to the view of a run. */
  readonly runFields?: readonly RunField[] | undefined;
}

export class Run {
  readonly runId: string;
  #order: RunOrder;
  readonly #ports: RunPorts;
  readonly #onEnded: (run: Run) => void;
  readonly #startedAt: string;
  readonly #startedMs: number;
  /** Rejects with the run's error, whose `details.run` is the view. */
  #outcome: Promise<RunView> | undefined;
  #resolve: (view: RunView) => void = () => undefined;
  #reject: (error: NautilusError) => void = () => undefined;
  #actor: Actor<typeof runMachine> | undefined;
  #over: RunView | undefined;
  #resultBytes = 0;
  #patience: TimerHandle | undefined;

  constructor(order: RunOrder, ports: RunPorts, onEnded: (run: Run) => void) {
    this.runId = order.request.runId;
    this.#order = order;
    this.#ports = ports;
    this.#onEnded = onEnded;
    this.#startedMs = ports.clock.nowMs();
    this.#startedAt = new Date(ports.clock.wallMs()).toISOString();
    this.#outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** To be taken once: a promise that were kept here would keep its result, however large, as long as the run is listed. */
  takeOutcome(): Promise<RunView> {
    const outcome = this.#outcome;
    assert(outcome !== undefined, `the outcome of run ${this.runId} was taken already`);
    this.#outcome = undefined;
    return outcome;
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  view(): RunView {
    return this.#over ?? this.#look(this.#actor === undefined ? "queued" : "running", undefined);
  }

  /** Until it begins; its deadline passes all the same. */
  wait(): void {
    const { deadlineMs } = this.#order.request;
    this.#patience = this.#ports.clock.setTimeout(() => {
      const message = `the run's deadline of ${deadlineMs} ms passed before it could begin`;
      this.refuse(new NautilusError("DEADLINE_EXCEEDED", message));
    }, deadlineMs);
  }

  /** The deadline counts from the order: time spent waiting is part of it. */
  begin(): void {
    const { clock, tree, caller, effects, nodeId } = this.#ports;
    const { request } = this.#order;
    this.#stopWaiting();
    const leftMs = Math.max(1, this.#startedMs + request.deadlineMs - clock.nowMs());
    const deadlineAtMs = clock.nowMs() + leftMs;
    const work = createRunWorker({ caller, consumer: `coordinator@${nodeId}`, request, deadlineAtMs }, (event) => {
      actor.send(event);
    });
    const input = { request, effects, work, deadlineAtMs, deadlineMs: leftMs };
    const actor = tree.spawn(runMachine, { systemId: `run:${this.runId}`, input });
    this.#actor = actor;
    actor.subscribe({
      next: ({ status, context }) => {
        if (status === "done") this.#end(context.error);
      },
      error: (thrown) => {
        // Its chart ended without leaving its states.
        work.cancel();
        this.#end(toNautilusError(thrown, `run ${this.runId}`));
      },
    });
    actor.start();
  }

  /** Of the result, which is kept for whoever asks later; 0 when there is none. */
  get keptBytes(): number {
    return this.#over?.result === undefined ? 0 : this.#resultBytes;
  }

  /** The view stays, and says that its result is gone. */
  dropResult(): void {
    if (this.#over?.result === undefined) return;
    const dropped: RunView = { ...this.#over, resultDropped: true };
    delete dropped.result;
    this.#over = dropped;
  }

  /** Ends the run, begun or not, with this error. */
  cancel(error: NautilusError): void {
    if (this.#actor !== undefined) this.#actor.send({ type: "CANCEL", error });
    else this.refuse(error);
  }

  /** Ends a run that never began. */
  refuse(error: NautilusError): void {
    if (this.#over === undefined) this.#end(error);
  }

  #stopWaiting(): void {
    if (this.#patience !== undefined) this.#ports.clock.clearTimeout(this.#patience);
  }

  #end(error: NautilusError | undefined): void {
    this.#stopWaiting();
    const view = this.#look(error === undefined ? "succeeded" : "failed", error);
    this.#over = view;
    this.#resultBytes = approximateBytes(this.#over.result);
    this.#actor = undefined;
    const [resolve, reject] = [this.#resolve, this.#reject];
    this.#resolve = this.#reject = (): void => undefined;
    // The facts may be large, and are not asked for any more.
    this.#order = { ...this.#order, request: { ...this.#order.request, facts: {} } };
    // First, so that nothing that is told of the end can keep it from whoever waits; they hear of it no sooner.
    if (error === undefined) resolve(view);
    else reject(withRun(error, view));
    this.#onEnded(this);
  }

  #look(status: RunView["status"], error: NautilusError | undefined): RunView {
    // An actor that failed as it was made has none.
    const context = this.#actor?.getSnapshot().context;
    return viewRun({
      runId: this.runId,
      workflow: this.#order.workflow,
      status,
      startedAt: this.#startedAt,
      durationMs: status === "succeeded" || status === "failed" ? this.#ports.clock.nowMs() - this.#startedMs : null,
      progress: context?.progress,
      fields: this.#ports.runFields ?? [],
      replans: context?.replans ?? 0,
      result: context?.result,
      error,
    });
  }
}

function withRun(error: NautilusError, run: RunView): NautilusError {
  const { code, message, retryable, cause } = error;
  return new NautilusError(code, message, { cause, retryable, details: { ...error.details, run } });
}
