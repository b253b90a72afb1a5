// The other end of a thread pool: runs on a worker thread, one kernel at a time.
import { parentPort, workerData } from "node:worker_threads";
import { NautilusError, toNautilusError } from "../contracts/errors.js";
import { isKernel, type Kernel } from "../contracts/pool.js";
import { present } from "./assert.js";
import type { PoolAnswer, PoolJob, PoolThreadData } from "./pool-messages.js";
import { weighed } from "./shared-floats.js";

const port = present(parentPort, "the port of a worker thread");
const { kernelModules } = workerData as PoolThreadData;
const modules = await Promise.all(kernelModules.map((url) => import(url) as Promise<object>));
const byName: ReadonlyMap<string, Kernel> = new Map(
  modules.flatMap((module) => Object.values(module).filter(isKernel)).map((kernel) => [kernel.name, kernel]),
);

async function answer({ jobId, kernel, input }: PoolJob): Promise<PoolAnswer> {
  try {
    const known = byName.get(kernel);
    if (known === undefined)
      throw new NautilusError(
        "INTERNAL",
        `the pool has no kernel ${kernel}: its engine must declare it, and its module export it`,
      );
    return { jobId, output: await known.run(weighed(input) as never) };
  } catch (thrown) {
    return { jobId, error: toNautilusError(thrown, `kernel ${kernel} threw`).toRecord() };
  }
}

port.on("message", (job: PoolJob) => {
  void answer(job).then((message) => {
    port.postMessage(message);
  });
});
