// The pool without threads: for simulation, where everything must happen in one order, and for small programs.
import { NautilusError, toNautilusError } from "../contracts/errors.js";
import type { Kernel, Pool } from "../contracts/pool.js";

/** Runs kernels on the calling thread, one promise job later. */
export function createInlinePool(): Pool {
  let closed = false;
  let running = 0;
  let completed = 0;
  let failed = 0;

  function assertWanted({ name }: Pick<Kernel, "name">, signal: AbortSignal | undefined): void {
    if (closed) throw new NautilusError("CANCELLED", `the pool was closed before ${name} was done`);
    if (signal?.aborted === true) throw new NautilusError("CANCELLED", `${name} was cancelled`);
  }

  return {
    run: async (kernel, input, signal) => {
      await Promise.resolve();
      running += 1;
      try {
        assertWanted(kernel, signal);
        const output = await kernel.run(input);
        assertWanted(kernel, signal);
        completed += 1;
        return output;
      } catch (thrown) {
        failed += 1;
        throw toNautilusError(thrown, `kernel ${kernel.name} threw`);
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
