// One running instance of the engine, without a host: its operation called directly, what it publishes written down.
import type { EngineBehaviour, EngineContext, OperationContext } from "../../../../src/contracts/engine.js";
import type { Feed } from "../../../../src/contracts/feed.js";
import type { Pool } from "../../../../src/contracts/pool.js";
import type { Bar, MarketHistoryValue, MarketRequestValue } from "../../../../src/contracts/products.js";
import type { QualityReport } from "../../../../src/engines/ibkr-keepalive/data-quality.js";
import { createIbkrKeepaliveEngine } from "../../../../src/engines/ibkr-keepalive/ibkr-keepalive-engine.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { keepingLogger, type KeepingLogger } from "../../../contract/feed/keeping-logger.js";

export interface StartedEngine {
  readonly behaviour: EngineBehaviour;
  readonly published: readonly { readonly product: string; readonly subject: string | undefined; readonly bar: Bar }[];
  readonly log: KeepingLogger;
  readonly provide: (request: MarketRequestValue) => MarketHistoryValue;
  readonly quality: () => QualityReport;
  readonly stop: () => void;
}

const NO_POOL: Pool = {
  run: () => Promise.reject(new Error("the engine uses no pool")),
  stats: () => ({ threads: 0, running: 0, queued: 0, completed: 0, failed: 0 }),
  close: () => Promise.resolve(),
};

export async function startEngine(feed: Feed): Promise<StartedEngine> {
  let quality: (() => QualityReport) | undefined;
  const definition = createIbkrKeepaliveEngine({ feed, onStart: (_, report) => (quality = report) });
  const behaviour = definition.create();
  const published: { product: string; subject: string | undefined; bar: Bar }[] = [];
  const log = keepingLogger();
  const context: EngineContext = {
    engineId: definition.id,
    instanceId: `${definition.id}.1@test`,
    partners: [],
    log,
    pool: NO_POOL,
    publish: (product, value, subject) => {
      published.push({ product: product.key, subject, bar: value as Bar });
    },
  };
  const stop = await behaviour.start?.(context);
  const operationContext: OperationContext = {
    ...context,
    random: createRandom("unused"),
    signal: new AbortController().signal,
    call: () => Promise.reject(new Error("the operation calls nobody")),
  };
  return {
    behaviour,
    published,
    log,
    provide: (request) => behaviour.operations?.[0]?.run({ request } as never, operationContext) as MarketHistoryValue,
    quality: () => quality?.() ?? fail(),
    stop: () => stop?.(),
  };
}

function fail(): never {
  throw new Error("the engine has not said how to ask for its findings");
}
