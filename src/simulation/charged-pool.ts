// The pool of a simulated node: kernels run where they are, and their answers come after the time that they are charged with.
import type { Clock } from "../contracts/clock.js";
import type { Kernel, Pool } from "../contracts/pool.js";
import { createInlinePool } from "../kernel/inline-pool.js";

/** Milliseconds by kernel name; others take no time. */
export type KernelCharges = Readonly<Record<string, number>>;

export function createChargedPool(clock: Clock, charges: KernelCharges): Pool {
  const inline = createInlinePool();
  return {
    ...inline,
    run: async <Input, Output>(kernel: Kernel<Input, Output>, input: Input, signal?: AbortSignal): Promise<Output> => {
      const output = await inline.run(kernel, input, signal);
      const chargeMs = charges[kernel.name] ?? 0;
      if (chargeMs > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, chargeMs));
      return output;
    },
  };
}
