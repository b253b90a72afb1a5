// The threads of a node, with the kernels that its engines declare.
import { availableParallelism } from "node:os";
import type { Clock } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import type { Kernel, Pool } from "../contracts/pool.js";
import { spareCores } from "../kernel/process-stats.js";
import { createThreadPool } from "../kernel/thread-pool.js";

/** @throws NautilusError INVALID_INPUT for two kernels of one name: a thread could not tell which is meant */
export function createNodePool(clock: Clock, kernels: readonly Kernel[]): Pool {
  const moduleOf = new Map<string, string>();
  for (const { name, module } of kernels) {
    const known = moduleOf.get(name) ?? module;
    if (known !== module) throw new NautilusError("INVALID_INPUT", `kernel ${name} is in ${known} and in ${module}`);
    moduleOf.set(name, module);
  }
  const kernelModules = [...new Set(moduleOf.values())];
  return createThreadPool({ clock, kernelModules, threads: spareCores(availableParallelism()) });
}
