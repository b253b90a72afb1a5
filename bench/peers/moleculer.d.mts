export interface MoleculerOptions<Input, Output> {
  readonly handler: (input: Input) => Promise<Output>;
  /** Circuit breaker, retry, bulkhead, metrics and timeout on; without it a bare local call. */
  readonly protections?: { readonly timeoutMs: number; readonly concurrency: number; readonly queue: number };
}

export interface MoleculerCall<Input, Output> {
  readonly call: (input: Input) => Promise<Output>;
  readonly stop: () => Promise<void>;
}

/** Starts a broker with one service and one action around `handler`; `call` is its local call. */
export function createMoleculerCall<Input, Output>(
  options: MoleculerOptions<Input, Output>,
): Promise<MoleculerCall<Input, Output>>;
