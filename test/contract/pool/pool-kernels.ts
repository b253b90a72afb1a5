// Kernels for the pool contract: loaded by the test and by every thread of a pool under test.
import { threadId } from "node:worker_threads";
import { NautilusError } from "../../../src/contracts/errors.js";
import { defineKernel } from "../../../src/contracts/pool.js";

export const sum = defineKernel("sum", import.meta.url, (values: Float64Array) =>
  values.reduce((total, value) => total + value, 0),
);

export const echo = defineKernel("echo", import.meta.url, <T>(value: T): T => value);

export const runningThread = defineKernel("running_thread", import.meta.url, () => threadId);

/** Ends by itself, but not before the next turn of the event loop. */
export const nextTurn = defineKernel("next_turn", import.meta.url, async (value: number) => {
  await new Promise((resolve) => setImmediate(resolve));
  return value + 1;
});

export const infeasible = defineKernel("infeasible", import.meta.url, (constraint: string): never => {
  throw new NautilusError("INFEASIBLE", `${constraint} cannot hold`, { details: { constraint }, retryable: true });
});

export const throwing = defineKernel("throwing", import.meta.url, (message: string): never => {
  throw new RangeError(message);
});

export const rejecting = defineKernel("rejecting", import.meta.url, (reason: string): Promise<never> => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- foreign code rejects with anything
  return Promise.reject(reason);
});

/** Counts its first step in shared memory, then never ends. */
export const endless = defineKernel("endless", import.meta.url, (started: Int32Array): never => {
  Atomics.add(started, 0, 1);
  for (;;);
});

export const exiting = defineKernel("exiting", import.meta.url, (code: number): never => process.exit(code));

export const unsendable = defineKernel("unsendable", import.meta.url, () => () => 1);
