// The threads of a node, with the kernels of the catalogue and those that a program brings.
import { availableParallelism } from "node:os";
import type { Clock } from "../contracts/clock.js";
import type { Pool } from "../contracts/pool.js";
import { spareCores } from "../kernel/process-stats.js";
import { createThreadPool } from "../kernel/thread-pool.js";

export function createNodePool(clock: Clock, furtherKernels: readonly URL[] = []): Pool {
  const built = new URL("./catalogue/kernels.js", import.meta.url);
  return createThreadPool({
    clock,
    kernelsModule: import.meta.url.endsWith(".ts") ? new URL("./catalogue/kernels.ts", import.meta.url) : built,
    furtherKernels,
    threads: spareCores(availableParallelism()),
  });
}
