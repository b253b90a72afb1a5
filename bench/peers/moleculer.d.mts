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

export interface MoleculerNodeOptions<Input, Output> {
  readonly nodeId: string;
  /** Of the Redis server that carries its messages. */
  readonly url: string;
  /** Of the action that it serves; without one it only calls. */
  readonly handler?: (input: Input) => Promise<Output>;
}

export interface MoleculerNode<Input, Output> extends MoleculerCall<Input, Output> {
  /** Resolves when the action is known here; rejects when it is not within ten seconds. */
  readonly ready: () => Promise<void>;
}

/** Starts a broker that is one node of a network of processes. */
export function startMoleculerNode<Input, Output>(
  options: MoleculerNodeOptions<Input, Output>,
): Promise<MoleculerNode<Input, Output>>;
