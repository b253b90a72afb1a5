// One engine host on a virtual clock, with everything around it recorded.
import { createTestTree } from "../../../support/actor-tree.js";
import { EngineHost, type EngineHostPorts } from "../../../../src/actors/engine-host/engine-host.js";
import { ResultBudget } from "../../../../src/actors/engine-host/result-budget.js";
import type { RestartPolicy } from "../../../../src/actors/engine-host/restart-policy.js";
import type { CallOptions, CallRequest } from "../../../../src/contracts/call.js";
import type { EngineDefinition } from "../../../../src/contracts/engine.js";
import { createInlinePool } from "../../../../src/kernel/inline-pool.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { createRecordingLogger } from "./recording-logger.js";
import { RecordedCall } from "./recorded-call.js";

export interface TestHostOptions {
  readonly clock?: VirtualClock;
  readonly restartPolicy?: RestartPolicy;
  readonly drainLimitMs?: number;
  readonly startLimitMs?: number;
  readonly instanceId?: string;
  /** What the engine's own calls to others come to. */
  readonly answer?: (operationId: string, request: CallRequest, options: CallOptions) => Promise<unknown>;
  readonly onChanged?: EngineHostPorts["onChanged"];
}

export class TestHost {
  readonly clock: VirtualClock;
  readonly log = createRecordingLogger();
  readonly changes: string[] = [];
  readonly host: EngineHost;

  constructor(
    definition: EngineDefinition,
    { clock = new VirtualClock(), answer, onChanged, instanceId = "TEST_ENGINE.1@a", ...rest }: TestHostOptions = {},
  ) {
    this.clock = clock;
    const ports: EngineHostPorts = {
      clock,
      tree: createTestTree(clock),
      results: new ResultBudget(),
      log: this.log,
      pool: createInlinePool(),
      caller: {
        call: answer ?? (() => Promise.reject(new Error("this test calls nobody"))),
        operationFor: (product) => `GIVER.${product}`,
      },
      partnersOf: () => [],
      randomFor: (operationId, seed) => createRandom(`${operationId}/${seed}`),
      publish: () => undefined,
      openStreams: () => () => undefined,
      onChanged: (host, change) => {
        this.changes.push(change.to);
        onChanged?.(host, change);
      },
    };
    this.host = new EngineHost({ definition, instanceId, nodeId: "a", ports, ...rest });
  }

  /** Lets promise jobs run. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  async started(): Promise<this> {
    this.host.start();
    await this.settle();
    return this;
  }

  send(operationId: string, options?: ConstructorParameters<typeof RecordedCall>[1]): RecordedCall {
    const call = new RecordedCall(operationId, options);
    this.host.send(call);
    return call;
  }
}
