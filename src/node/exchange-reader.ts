// What was measured between a consumer and a provider, from the counters of the router and of the streams, read once for many.
import type { Agreement } from "../contracts/partnership.js";
import type { Exchanged } from "../partnerships/recommendations.js";
import type { ServiceCounts } from "../partnerships/service-window.js";
import type { Exchange } from "../routing/candidate.js";
import type { Router } from "../routing/router.js";
import type { StreamTraffic } from "./streams.js";

export interface ExchangeSources {
  readonly router: Pick<Router, "offers">;
  readonly traffic: () => Iterable<StreamTraffic>;
}

type Pair = Pick<Agreement, "consumer" | "provider">;

/** Exchanges of one pair by product; an operation that is called and fetched from has one for each. */
type ByProduct = Map<string, Exchange[]>;

export class ExchangeReader {
  readonly #byPair = new Map<string, ByProduct>();
  readonly #messages = new Map<string, number>();

  constructor({ router, traffic }: ExchangeSources) {
    for (const { gives, candidate } of router.offers()) {
      const provider = candidate.link.instanceId;
      for (const [consumer, exchange] of candidate.exchanges) {
        const key = nameOf({ consumer, provider });
        const products: ByProduct = this.#byPair.get(key) ?? new Map<string, Exchange[]>();
        this.#byPair.set(key, products);
        const exchanges = products.get(gives);
        if (exchanges === undefined) products.set(gives, [exchange]);
        else exchanges.push(exchange);
      }
    }
    // A reader that fails is no fault of the publisher: what arrived was served.
    for (const { source, target, product, messages } of traffic()) {
      this.#messages.set(`${nameOf({ consumer: target, provider: source })} ${product}`, messages);
    }
  }

  /** Of all products of the agreement, held against its latency. */
  countsOf({ consumer, provider, products, terms }: Agreement): ServiceCounts {
    const exchanges = this.#of({ consumer, provider }, products);
    const failures = sum(exchanges.map((exchange) => exchange.failures));
    const timed = sum(exchanges.map(({ latency }) => latency.count));
    const sumMs = sum(exchanges.map(({ latency }) => latency.sumMs));
    const late = sum(exchanges.map(({ latency }) => latency.countAbove(terms.latencyMs)));
    if (timed + failures > 0) return { calls: timed + failures, failures, late, timed, sumMs };
    // Messages of a stream count only where they are all there is: many ticks would hide a few failing calls.
    const arrived = products.map((product) => this.#messages.get(`${nameOf({ consumer, provider })} ${product}`) ?? 0);
    return { calls: sum(arrived), failures: 0, late: 0, timed: 0, sumMs: 0 };
  }

  /** Undefined where nothing was exchanged. */
  exchanged({ consumer, provider, products }: Pair & { readonly products: readonly string[] }): Exchanged | undefined {
    const exchanges = this.#of({ consumer, provider }, products);
    const failures = sum(exchanges.map((exchange) => exchange.failures));
    const answered = sum(exchanges.map(({ latency }) => latency.count));
    if (failures + answered === 0) return undefined;
    const sumMs = sum(exchanges.map(({ latency }) => latency.sumMs));
    return { calls: answered + failures, failures, meanMs: answered > 0 ? sumMs / answered : null };
  }

  #of(pair: Pair, products: readonly string[]): readonly Exchange[] {
    const known = this.#byPair.get(nameOf(pair));
    return known === undefined ? [] : products.flatMap((product) => known.get(product) ?? []);
  }
}

function nameOf({ consumer, provider }: Pair): string {
  return `${consumer}>${provider}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
