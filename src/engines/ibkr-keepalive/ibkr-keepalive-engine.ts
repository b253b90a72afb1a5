// IBKR_KEEPALIVE_ENGINE: where market data enters the network. It takes what its feed gives, checks it, streams live bars to
// whoever consumes them, and gives aligned histories. A restarted instance takes everything in anew.
import {
  defineEngine,
  operation,
  type EngineBehaviour,
  type EngineContext,
  type Operation,
} from "../../contracts/engine.js";
import { NautilusError } from "../../contracts/errors.js";
import type { MarketFeed, Frame } from "../../domain/market-feed.js";
import { MarketBar, MarketHistory, MarketRequest, MarketUniverse } from "../../domain/products/market.js";
import { noHistory } from "./as-of.js";
import { BarIntake } from "./bar-intake.js";
import { BarStore } from "./bar-store.js";
import { DataQuality } from "./data-quality.js";
import { MarketHistories } from "./market-histories.js";
import { originOf, SeriesOrigins } from "./series-origins.js";

export const ibkrKeepaliveEngine = defineEngine({
  id: "IBKR_KEEPALIVE_ENGINE",
  name: "IBKR Keepalive Engine",
  version: "1.0.0",
  roles: ["data_provider"],
  capabilities: ["real_time_streaming", "batch_processing"],
  preferences: [
    { engineId: "FACTOR_ENGINE", relationship: "primary", direction: "output", latencyMs: 50, reliabilityPct: 99.9 },
    { engineId: "RISK_ENGINE", relationship: "secondary", direction: "output", latencyMs: 50, reliabilityPct: 99.9 },
  ],
  limits: { concurrency: 8, queue: 1024 },
  readsFeed: true,
  create: ({ feed }: { readonly feed: MarketFeed }) => takeIn(feed, new DataQuality()),
});

/** @param quality where what is found in the data is noted */
export function takeIn(feed: MarketFeed, quality: DataQuality): EngineBehaviour {
  const store = new BarStore();
  const intake = new BarIntake(store, quality);
  const origins = new SeriesOrigins(feed);
  return {
    operations: [provideHistory(feed, store, origins)],
    publishes: [MarketBar],
    start: (context) => {
      let reported = 0;
      const report = (): void => {
        if (quality.total > reported) reportFindings(context, quality, reported);
        reported = quality.total;
      };
      // Started anew beside a feed that has played already, it serves once it has caught up: until then its callers wait.
      const { state, lastDate } = feed.status();
      const caughtUp = new Signal();
      const look = (taken?: Frame): void => {
        if (lastDate === null || state === "failed" || (taken?.date ?? "") >= lastDate) caughtUp.fire();
      };
      const unsubscribe = feed.subscribe({
        history: (frames) => {
          for (const frame of frames) intake.take(frame);
          if (whyIncomplete(feed, store) === undefined) report();
          look(frames.at(-1));
        },
        frame: (frame) => {
          publishBars(context, intake, { frame, origins });
          report();
          look(frame);
        },
      });
      look();
      return caughtUp.fired ? unsubscribe : caughtUp.promise.then(() => unsubscribe);
    },
  };
}

/** Something that happens once. */
class Signal {
  fired = false;
  fire: () => void = () => undefined;
  readonly promise = new Promise<void>((resolve) => {
    this.fire = (): void => {
      this.fired = true;
      resolve();
    };
  });
}

/** The whole frame is in the store before any bar of it is out: who asks back on a bar finds its date complete. */
function publishBars(
  context: EngineContext,
  intake: BarIntake,
  { frame, origins }: { readonly frame: Frame; readonly origins: SeriesOrigins },
): void {
  const { all } = origins;
  for (const bar of intake.take(frame)) {
    context.publish(MarketBar, { ...bar, origin: originOf(bar.symbol, all) }, bar.symbol);
  }
}

function provideHistory(feed: MarketFeed, store: BarStore, origins: SeriesOrigins): Operation {
  const histories = new MarketHistories(store);
  return operation({
    name: "provide_history",
    version: 1,
    needs: { request: MarketRequest },
    gives: MarketHistory,
    pin: ({ asOf, universe }, { request }) => ({
      [MarketRequest.key]: { ...request, asOf },
      [MarketUniverse.key]: universe,
    }),
    run: ({ request }) => {
      const incomplete = whyIncomplete(feed, store);
      if (incomplete !== undefined) throw incomplete;
      return histories.provide(request, origins.all);
    },
  });
}

/**
 * Why the bars that the feed has given so far are not all in: there are none yet, or this instance, started anew, still
 * takes them in and can be asked again soon. Undefined when they are.
 */
function whyIncomplete(feed: MarketFeed, store: BarStore): NautilusError | undefined {
  const { name, state, lastDate } = feed.status();
  if (state === "failed") return noHistory(`the ${name} feed could not be loaded`, { feed: name });
  if (lastDate === null) {
    return noHistory(`the ${name} feed has given no market data yet: it is ${state}`, { feed: name });
  }
  const taken = store.lastDate;
  if (taken !== undefined && taken >= lastDate) return undefined;
  const problem = `history is still being taken in: up to ${taken ?? "nothing"} of ${lastDate} so far`;
  return new NautilusError("GIVER_DOWN", problem, { details: { feed: name } });
}

function reportFindings({ log }: EngineContext, quality: DataQuality, reported: number): void {
  const { counts } = quality.report();
  const fields = { found: quality.total - reported, counts, last: quality.last };
  log.warn(fields, "wrong or suspicious market data");
}
