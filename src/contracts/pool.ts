// The port to where heavy numerics run: worker threads, or inline. Anything over 5 ms belongs there.

/**
 * A pure, synchronous function of structured-cloneable input. Typed arrays over SharedArrayBuffer pass without a copy;
 * a kernel never writes to its input.
 */
export interface Kernel<Input = never, Output = unknown> {
  readonly name: string;
  /** URL of the module that exports it: threads load it from there. */
  readonly module: string;
  readonly run: (input: Input) => Output | Promise<Output>;
}

/**
 * Declares a kernel, in a module that does nothing else when it is loaded: every thread loads it.
 *
 * @example
 * export const square = defineKernel("example.square", import.meta.url, (n: number) => n * n);
 * @param module `import.meta.url` of the module that exports the kernel
 * @throws RangeError when the module is no URL, or `run` no function
 */
export function defineKernel<Input, Output>(
  name: string,
  module: string,
  run: (input: Input) => Output | Promise<Output>,
): Kernel<Input, Output> {
  const kernel = { name, module, run };
  if (!isKernel(kernel))
    throw new RangeError(`kernel ${name}: must be given import.meta.url of its module, and a function`);
  return kernel;
}

/** Whether it is what `defineKernel` makes. */
export function isKernel(value: unknown): value is Kernel {
  if (typeof value !== "object" || value === null) return false;
  const { name, module, run } = value as Partial<Record<keyof Kernel, unknown>>;
  return typeof name === "string" && typeof module === "string" && URL.canParse(module) && typeof run === "function";
}

export interface PoolStats {
  readonly threads: number;
  readonly running: number;
  readonly queued: number;
  readonly completed: number;
  readonly failed: number;
}

export interface Pool {
  /**
   * @throws NautilusError OVERLOADED when the queue is full, CANCELLED when `signal` aborts, INTERNAL for an unknown
   * kernel or a lost thread; a NautilusError thrown by the kernel comes back with its code
   */
  run<Input, Output>(kernel: Kernel<Input, Output>, input: Input, signal?: AbortSignal): Promise<Output>;
  stats(): PoolStats;
  /** Ends the threads; what is queued or running fails with CANCELLED. */
  close(): Promise<void>;
}
