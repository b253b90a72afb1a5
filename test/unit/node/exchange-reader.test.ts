import { describe, expect, it } from "vitest";
import { ExchangeReader, type ExchangeSources } from "../../../src/node/exchange-reader.js";
import { Candidate, InstanceLoad, type Exchange } from "../../../src/routing/candidate.js";
import { agreement } from "../partnerships/support/agreement.js";

type Offer = ReturnType<ExchangeSources["router"]["offers"]> extends Iterable<infer O> ? O : never;
type Traffic = ReturnType<ExchangeSources["traffic"]> extends Iterable<infer T> ? T : never;

const PAIR = agreement({ products: ["x@1", "y@1"], terms: { latencyMs: 100, reliabilityPct: 99, basis: "usual" } });
const { consumer, provider } = PAIR;

/** What the provider gives, and what went on with whoever is named. */
function offer(gives: string, exchanges: Readonly<Record<string, (exchange: Exchange) => void>>): Offer {
  const link = { instanceId: provider, send: () => undefined };
  const candidate = new Candidate({ link, load: new InstanceLoad() });
  for (const [taker, act] of Object.entries(exchanges)) act(candidate.exchangeWith(taker));
  return { gives, candidate };
}

function answers(...latenciesMs: readonly number[]): (exchange: Exchange) => void {
  return (exchange) => {
    for (const ms of latenciesMs) exchange.add(ms, 0);
  };
}

function failures(count: number): (exchange: Exchange) => void {
  return (exchange) => {
    for (let failure = 0; failure < count; failure += 1) exchange.fail(0);
  };
}

function stream(product: string, messages: number, over: Partial<Traffic> = {}): Traffic {
  return { source: provider, target: consumer, product, messages, failures: 0, lastNowMs: 0, ...over };
}

function reading(offers: readonly Offer[], traffic: readonly Traffic[] = []): ExchangeReader {
  return new ExchangeReader({ router: { offers: () => offers }, traffic: () => traffic });
}

describe("ExchangeReader", () => {
  it("adds up the products of an agreement, and leaves out others and other consumers", () => {
    const reader = reading([
      offer("x@1", { [consumer]: answers(10, 30), "other.1@n": answers(1, 1, 1) }),
      offer("y@1", { [consumer]: failures(2) }),
      offer("z@1", { [consumer]: failures(50) }),
    ]);
    expect(reader.countsOf(PAIR)).toEqual({ calls: 4, failures: 2, late: 0, timed: 2, sumMs: 40 });
  });

  it("adds up several operations that give the same product", () => {
    const reader = reading([offer("x@1", { [consumer]: answers(10) }), offer("x@1", { [consumer]: answers(20) })]);
    expect(reader.countsOf(PAIR)).toMatchObject({ calls: 2, sumMs: 30 });
  });

  it("counts as late what took longer than agreed", () => {
    const reader = reading([offer("x@1", { [consumer]: answers(50, 200, 400) })]);
    expect(reader.countsOf(PAIR).late).toBe(2);
    expect(reader.countsOf({ ...PAIR, terms: { ...PAIR.terms, latencyMs: 1000 } }).late).toBe(0);
  });

  it("counts messages of a stream where nothing else is exchanged, and never beside calls", () => {
    const traffic = [
      stream("x@1", 30),
      stream("z@1", 999),
      stream("y@1", 999, { target: "other.1@n" }),
      stream("x@1", 999, { source: "other.1@n" }),
    ];
    expect(reading([], traffic).countsOf(PAIR)).toEqual({ calls: 30, failures: 0, late: 0, timed: 0, sumMs: 0 });
    const failing = reading([offer("y@1", { [consumer]: failures(1) })], traffic);
    expect(failing.countsOf(PAIR)).toEqual({ calls: 1, failures: 1, late: 0, timed: 0, sumMs: 0 });
  });

  it("knows nothing of a pair that never met", () => {
    const reader = reading([offer("x@1", { [consumer]: answers(10) })]);
    expect(reader.countsOf({ ...PAIR, consumer: provider, provider: consumer }).calls).toBe(0);
    expect(reader.exchanged({ consumer, provider, products: ["y@1"] })).toBeUndefined();
    expect(reader.exchanged({ consumer: "other.1@n", provider, products: ["x@1"] })).toBeUndefined();
  });

  it("gives the mean of what was answered, and none where nothing was", () => {
    const reader = reading([
      offer("x@1", {
        [consumer]: (exchange) => {
          answers(10, 20)(exchange);
          failures(2)(exchange);
        },
      }),
      offer("y@1", { [consumer]: failures(3) }),
    ]);
    expect(reader.exchanged({ consumer, provider, products: ["x@1"] })).toEqual({ calls: 4, failures: 2, meanMs: 15 });
    expect(reader.exchanged({ consumer, provider, products: ["y@1"] })).toEqual({
      calls: 3,
      failures: 3,
      meanMs: null,
    });
  });

  it("reads the counters once, when it is made", () => {
    let read = 0;
    const router = { offers: () => ((read += 1), [offer("x@1", { [consumer]: answers(10) })]) };
    const reader = new ExchangeReader({ router, traffic: () => [] });
    reader.countsOf(PAIR);
    reader.countsOf(PAIR);
    expect(read).toBe(1);
  });
});
