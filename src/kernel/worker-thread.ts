// Starts a module of this project on a thread of its own, from the build as from source.
import { Worker } from "node:worker_threads";

/** When run from source, a thread needs a loader for it before it can load its own module. */
const SOURCE_THREAD = `
  Promise.all([import("tsx/esm/api"), import("node:worker_threads")]).then(([{ register }, { workerData }]) => {
    register();
    return import(workerData.module);
  });
`;

/** The thread holds no process open. `module`: as it is called in the build; it finds `data` in its `workerData`. */
export function startThread(module: URL, data: object): Worker {
  // The flags that a program was started with (--input-type, --test …) are for its entry, not for threads.
  const worker = import.meta.url.endsWith(".ts")
    ? new Worker(SOURCE_THREAD, { eval: true, workerData: { ...data, module: module.href.replace(/js$/, "ts") } })
    : new Worker(module, { workerData: data, execArgv: [] });
  worker.unref();
  return worker;
}
