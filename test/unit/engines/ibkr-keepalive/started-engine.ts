// One running instance of the engine, without a host: its operation called directly, what it publishes written down.
import type { EngineBehaviour, EngineContext, OperationContext } from "../../../../src/contracts/engine.js";
import type { MarketFeed } from "../../../../src/domain/market-feed.js";
import type { Pool } from "../../../../src/contracts/pool.js";
import type { Bar, MarketHistoryValue, MarketRequestValue } from "../../../../src/domain/products/market.js";
import { DataQuality, type QualityReport } from "../../../../src/engines/ibkr-keepalive/data-quality.js";
import { ibkrKeepaliveEngine, takeIn } from "../../../../src/engines/ibkr-keepalive/ibkr-keepalive-engine.js";
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

export async function startEngine(feed: MarketFeed): Promise<StartedEngine> {
  const quality = new DataQuality();
  const { id } = ibkrKeepaliveEngine;
  const behaviour = takeIn(feed, quality);
  const published: { product: string; subject: string | undefined; bar: Bar }[] = [];
  const log = keepingLogger();
  const context: EngineContext = {
    engineId: id,
    instanceId: `${id}.1@test`,
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
    quality: () => quality.report(),
    stop: () => stop?.(),
  };
}
