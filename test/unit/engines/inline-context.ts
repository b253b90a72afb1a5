// What an operation runs in, without a node: kernels run at once on this thread and are recorded.
import type { EngineDefinition, OperationContext } from "../../../src/contracts/engine.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";

export interface InlineContext extends OperationContext {
  /** Name and input of every kernel that ran. */
  readonly kernelRuns: { readonly name: string; readonly input: unknown }[];
}

export function createInlineContext(): InlineContext {
  const kernelRuns: { name: string; input: unknown }[] = [];
  const inline = createInlinePool();
  const log = {
    error: () => undefined,
    warn: () => undefined,
    info: () => undefined,
    debug: () => undefined,
    child: () => log,
  };
  return {
    engineId: "TEST_ENGINE",
    instanceId: "TEST_ENGINE.0@test",
    partners: [],
    log,
    pool: {
      ...inline,
      run: (kernel, input, signal) => {
        kernelRuns.push({ name: kernel.name, input });
        return inline.run(kernel, input, signal);
      },
    },
    random: createRandom("test"),
    signal: new AbortController().signal,
    publish: () => undefined,
    call: () => Promise.reject(new Error("no other engine is here")),
    kernelRuns,
  };
}

/** One operation of a fresh instance: calls share the state of that instance. */
export function operationOf<Output>(
  engine: EngineDefinition,
  name: string,
  context = createInlineContext(),
): (inputs: Record<string, unknown>) => Promise<Output> {
  const found = engine.create().operations?.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`${engine.id} has no operation ${name}`);
  return async (inputs) => (await found.run(inputs as never, context)) as Output;
}
