// The pool without threads: for simulation, where everything must happen in one order, and for small programs.
import { NautilusError } from "../contracts/errors.js";
import type { Pool } from "../contracts/pool.js";

/** Runs kernels on the calling thread, one promise job later. */
export function createInlinePool(): Pool {
  let closed = false;
  let running = 0;
  let completed = 0;
  let failed = 0;
  return {
    run: async (kernel, input, signal) => {
      await Promise.resolve();
      if (closed) throw new NautilusError("CANCELLED", "the pool is closed");
      if (signal?.aborted === true) throw new NautilusError("CANCELLED", `${kernel.name} was cancelled before it ran`);
      running += 1;
      try {
        const output = await kernel.run(input);
        completed += 1;
        return output;
      } catch (thrown) {
        failed += 1;
        throw thrown;
      } finally {
        running -= 1;
      }
    },
    stats: () => ({ threads: 0, running, queued: 0, completed, failed }),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}
