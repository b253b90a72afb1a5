// The port to where heavy numerics run: worker threads, or inline. Anything over 5 ms belongs there.

/**
 * A pure, synchronous function of structured-cloneable input. Typed arrays over SharedArrayBuffer pass without a copy;
 * a kernel never writes to its input.
 */
export interface Kernel<Input = never, Output = unknown> {
  readonly name: string;
  readonly run: (input: Input) => Output | Promise<Output>;
}

export function defineKernel<Input, Output>(
  name: string,
  run: (input: Input) => Output | Promise<Output>,
): Kernel<Input, Output> {
  return { name, run };
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
