import { describe, expect, it } from "vitest";
import type { Identity } from "../../../src/contracts/identity.js";
import type { Agreement, Recommendation } from "../../../src/contracts/partnership.js";
import { recommend, type Exchanged } from "../../../src/partnerships/recommendations.js";
import { agreement } from "./support/agreement.js";
import { giverOf, measured, takerOf } from "./support/identity.js";

const CONSUMER = "T.1@n";

function partnerOf(provider: string, over: Partial<Agreement> = {}): Agreement {
  return agreement({ consumer: CONSUMER, provider, products: ["x@1"], phase: "active", ...over });
}

interface Network {
  readonly givers: readonly Identity[];
  readonly agreements?: readonly Agreement[];
  /** What the consumer measured, by provider. */
  readonly exchanged?: Readonly<Record<string, Exchanged>>;
}

function recommended({ givers, agreements = [], exchanged = {} }: Network): readonly Recommendation[] {
  return recommend({
    identities: [takerOf("T", "x@1"), ...givers],
    agreements,
    exchanged: (consumer, provider, product) =>
      consumer === CONSUMER && product === "x@1" ? exchanged[provider] : undefined,
  });
}

function exchange(calls: number, meanMs: number | null, failures = 0): Exchanged {
  return { calls, failures, meanMs };
}

const TWO = [giverOf("A", "x@1"), giverOf("B", "x@1")];

describe("recommend", () => {
  it("says nothing without figures, partners or givers", () => {
    expect(recommended({ givers: [] })).toEqual([]);
    expect(recommended({ givers: TWO, agreements: [partnerOf("A.1@n")] })).toEqual([]);
    const exchanged = { "A.1@n": exchange(100, 50), "B.1@n": exchange(100, 10) };
    expect(recommended({ givers: TWO, exchanged })).toEqual([]);
    expect(recommended({ givers: TWO, exchanged, agreements: [partnerOf("A.1@n", { phase: "dissolved" })] })).toEqual(
      [],
    );
  });

  it("recommends the faster giver as a partner, with what it saves and the figures that say so", () => {
    const exchanged = { "A.1@n": exchange(100, 50, 1), "B.1@n": exchange(200, 10) };
    const agreements = [partnerOf("A.1@n", { relationship: "primary" })];
    expect(recommended({ givers: TWO, agreements, exchanged })).toEqual([
      {
        kind: "partner",
        consumer: CONSUMER,
        product: "x@1",
        provider: "B.1@n",
        instead: "A.1@n",
        expectedGain: { latencyMs: 40, availabilityPct: 1 },
        evidence: [
          { instanceId: "A.1@n", calls: 100, latencyMs: 50, reliabilityPct: 99, source: "exchanged" },
          { instanceId: "B.1@n", calls: 200, latencyMs: 10, reliabilityPct: 100, source: "exchanged" },
        ],
        reason: "B.1@n answers faster than A.1@n, the primary partner",
      },
    ]);
  });

  it("recommends to prefer one that is a partner already, to the closest one", () => {
    const exchanged = { "A.1@n": exchange(20, 10), "B.1@n": exchange(20, 100) };
    const agreements = [partnerOf("A.1@n"), partnerOf("B.1@n", { relationship: "secondary" })];
    expect(recommended({ givers: TWO, agreements, exchanged })).toMatchObject([
      { kind: "prefer", provider: "A.1@n", instead: "B.1@n", expectedGain: { latencyMs: 90 } },
    ]);
  });

  it.each([
    ["less than a fifth is saved", exchange(100, 50), exchange(100, 40.1)],
    ["it is faster and fails more", exchange(100, 50), exchange(200, 10, 2)],
    ["the partner was called too rarely", exchange(19, 50), exchange(100, 10)],
    ["the other was called too rarely", exchange(100, 50), exchange(19, 10)],
    ["the other never answered", exchange(100, 50), exchange(100, null, 100)],
    ["the partner is the faster one", exchange(100, 10), exchange(100, 50)],
  ])("says nothing where %s", (_, partner, other) => {
    const exchanged = { "A.1@n": partner, "B.1@n": other };
    expect(recommended({ givers: TWO, agreements: [partnerOf("A.1@n")], exchanged })).toEqual([]);
  });

  it("compares what givers announce of themselves where the consumer did not measure both", () => {
    const givers = [giverOf("A", "x@1", measured(100, 50)), giverOf("B", "x@1", measured(100, 10))];
    // What it measured of one says nothing about the other's own figure.
    const exchanged = { "A.1@n": exchange(100, 5) };
    const [first, ...others] = recommended({ givers, agreements: [partnerOf("A.1@n")], exchanged });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ provider: "B.1@n", expectedGain: { latencyMs: 40, availabilityPct: 0 } });
    expect(first?.evidence.map(({ source, latencyMs }) => [source, latencyMs])).toEqual([
      ["announced", 50],
      ["announced", 10],
    ]);
  });

  it("recommends a second instance of a single giver that fails, by what a retry there would answer", () => {
    const exchanged = { "A.1@n": exchange(100, 10, 10) };
    expect(recommended({ givers: [giverOf("A", "x@1")], exchanged })).toMatchObject([
      {
        kind: "replicate",
        provider: null,
        instead: null,
        expectedGain: { latencyMs: null, availabilityPct: expect.closeTo(9, 9) as number },
      },
    ]);
    expect(recommended({ givers: [giverOf("A", "x@1")], exchanged: { "A.1@n": exchange(100, 10) } })).toEqual([]);
    expect(recommended({ givers: [giverOf("A", "x@1")], exchanged: { "A.1@n": exchange(19, 10, 10) } })).toEqual([]);
  });

  it("recommends it by what the giver announces where the consumer never called it", () => {
    const announcing = (calls: number): Identity => giverOf("A", "x@1", measured(calls, 10, 80));
    expect(recommended({ givers: [announcing(50)] })).toMatchObject([
      { kind: "replicate", evidence: [{ source: "announced", reliabilityPct: 80 }] },
    ]);
    expect(recommended({ givers: [announcing(19)] })).toEqual([]);
  });

  it("puts answers that are missing before answers that are late", () => {
    const givers = [
      giverOf("A", "x@1", measured(100, 500)),
      giverOf("B", "x@1", measured(100, 10)),
      giverOf("C", "y@1", measured(100, 1, 50)),
    ];
    const found = recommend({
      identities: [takerOf("T", "x@1"), takerOf("U", "y@1"), ...givers],
      agreements: [partnerOf("A.1@n")],
      exchanged: () => undefined,
    });
    expect(found.map(({ kind, consumer }) => [kind, consumer])).toEqual([
      ["replicate", "U.1@n"],
      ["partner", "T.1@n"],
    ]);
  });
});
