// A full garbage collection on demand, for tests that say what is no longer kept.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** After it, a WeakRef to anything unreachable is empty. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // A WeakRef keeps its target until the job that made or read it has ended.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
}
