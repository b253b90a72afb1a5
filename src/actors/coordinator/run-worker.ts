// Carries out what a run commands: makes products at their givers, and fetches the wanted ones at the end.
import { setMaxListeners } from "node:events";
import type { Receipt } from "../../contracts/call.js";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import { jsonObstacle } from "../../contracts/json-safe.js";
import { cookbookFor, type RunProgress } from "./run-progress.js";
import type { RunEvent, RunWork, StepOrder, WorkerInput } from "./run.machine.js";

/** Why the calls of a run that is over are cancelled: nobody reads it, and an error for each run would cost more than it says. */
const OVER = "the run is over";

/** Plain functions and no actor: a run would pay for a second actor with every step. */
export function createRunWorker(input: WorkerInput, send: (event: RunEvent) => void): RunWork {
  const controller = new AbortController();
  const { signal } = controller;
  setMaxListeners(0, signal);
  const tell = (event: RunEvent): void => {
    if (!signal.aborted) send(event);
  };
  return {
    make: (order) => void make(input, order, { tell, signal }),
    collect: (progress) => void collect(input, progress, { tell, signal }),
    cancel: () => {
      controller.abort(OVER);
    },
  };
}

interface Worker {
  readonly tell: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

async function make(options: WorkerInput, order: StepOrder, worker: Worker): Promise<void> {
  const { step, recipe, progress } = order;
  const { operationId } = step;
  try {
    const receipt = await options.caller.call(
      operationId,
      { kind: "make", recipe, cookbook: cookbookFor(progress, recipe), runId: options.request.runId },
      {
        consumer: options.consumer,
        deadlineMs: options.deadlineAtMs,
        correlationId: options.request.runId,
        signal: worker.signal,
        behalf: takerOf(progress, operationId),
        onAttempt: (instanceId) => {
          worker.tell({ type: "STEP_TAKEN", operationId, recipe, instanceId });
        },
      },
    );
    worker.tell({ type: "STEP_SUCCEEDED", operationId, recipe, receipt: receipt as Receipt });
  } catch (thrown) {
    worker.tell({ type: "STEP_FAILED", operationId, recipe, error: toNautilusError(thrown) });
  }
}

async function collect(options: WorkerInput, progress: RunProgress, worker: Worker): Promise<void> {
  const wants = Object.entries(options.request.wants);
  try {
    const values = await Promise.all(wants.map(([, product]) => fetchProduct(options, { product, progress, worker })));
    worker.tell({ type: "COLLECTED", result: Object.fromEntries(wants.map(([name], index) => [name, values[index]])) });
  } catch (thrown) {
    worker.tell({ type: "COLLECT_FAILED", error: toNautilusError(thrown) });
  }
}

interface Fetching {
  readonly product: string;
  readonly progress: RunProgress;
  readonly worker: Worker;
}

async function fetchProduct(options: WorkerInput, { product, progress, worker }: Fetching): Promise<unknown> {
  const key = progress.products.get(product) ?? "";
  const fact = progress.facts.get(key);
  if (fact !== undefined) return fact.value;
  const made = progress.made.get(key);
  if (made === undefined) throw new NautilusError("INTERNAL", `the run ended without ${product}`);
  const { recipe, holders } = made;
  const value = await options.caller.call(
    recipe.operationId,
    { kind: "fetch", recipe, cookbook: cookbookFor(progress, recipe), runId: options.request.runId },
    {
      consumer: options.consumer,
      deadlineMs: options.deadlineAtMs,
      correlationId: options.request.runId,
      signal: worker.signal,
      prefer: holders,
    },
  );
  // A result leaves the process: one that cannot be written would fail every answer that shows the run.
  const obstacle = jsonObstacle(value);
  if (obstacle === undefined) return value;
  throw new NautilusError(
    "INTERNAL",
    `${recipe.operationId} gave a ${product} that cannot be written as JSON: ${obstacle}`,
    { details: { operationId: recipe.operationId } },
  );
}

/** An engine that needs what the step gives: who makes it is chosen as that engine would choose. */
function takerOf({ steps }: RunProgress, operationId: string): string | undefined {
  for (const { step } of steps.values()) if (step.dependsOn.includes(operationId)) return step.engineId;
  return undefined;
}
