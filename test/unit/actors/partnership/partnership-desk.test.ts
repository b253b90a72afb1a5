import { describe, expect, it } from "vitest";
import type { Measured } from "../../../../src/contracts/identity.js";
import type { PartnershipVerb } from "../../../../src/contracts/partnership.js";
import { PartnershipNetwork, type EngineKind } from "../../../model/partnership/partnership-network.js";

const WINDOW_MS = 10_000;

const giver = (engineId: string, over: Partial<EngineKind> = {}): EngineKind => ({
  engineId,
  needs: [],
  gives: ["a@1"],
  partners: 8,
  ...over,
});
const taker = (engineId: string, over: Partial<EngineKind> = {}): EngineKind => ({
  engineId,
  needs: ["a@1"],
  gives: [],
  partners: 8,
  ...over,
});

const measured = (p99: number): Measured => ({
  calls: 100,
  failures: 0,
  latencyMs: { mean: p99 / 2, p50: p99 / 2, p95: p99, p99 },
  reliabilityPct: 100,
  quality: null,
});

/** One node, one consumer, one provider, as far as discovered. */
async function pairOf(consumer: EngineKind, provider: EngineKind): Promise<Pair> {
  const pair = new Pair(consumer, provider);
  // Until the first window begins.
  await pair.network.clock.advance(WINDOW_MS);
  return pair;
}

class Pair {
  readonly network: PartnershipNetwork;
  readonly consumer: string;
  readonly provider: string;

  constructor(consumer: EngineKind, provider: EngineKind) {
    this.network = new PartnershipNetwork({ n: [consumer, provider] }, 1);
    this.consumer = `${consumer.engineId}.1@n`;
    this.provider = `${provider.engineId}.1@n`;
  }

  get agreement() {
    return this.entry.agreement;
  }

  get entry() {
    return this.network.nodes.get("n")!.desk.book.get("consumer", `${this.consumer}>${this.provider}`)!;
  }

  get verbs(): PartnershipVerb[] {
    return this.entry.history.events.map(({ verb }) => verb);
  }

  setUp(instanceId: string, up: boolean): void {
    this.network.nodes.get("n")!.setLifecycle(instanceId, up ? "running" : "faulted");
  }

  async windows(count: number, kept = true): Promise<void> {
    if (kept) this.network.bad.delete(this.provider);
    else this.network.bad.add(this.provider);
    for (let window = 0; window < count; window += 1) {
      this.network.serve(40);
      await this.network.clock.advance(WINDOW_MS);
    }
  }
}

describe("PartnershipDesk", () => {
  it("forms an agreement by itself, from schemas alone", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    expect(pair.verbs).toEqual(["propose", "accept"]);
    expect(pair.agreement).toMatchObject({
      products: ["a@1"],
      relationship: "optional",
      phase: "trial",
      terms: { basis: "usual" },
    });
  });

  it("begins where a declared preference says, whichever side declares it", async () => {
    const wish = { relationship: "secondary", latencyMs: 7, reliabilityPct: 98 } as const;
    const wanting = taker("T", { preferences: [{ engineId: "G", direction: "input", ...wish }] });
    const wanted = giver("G", { preferences: [{ engineId: "T", direction: "output", ...wish }] });
    for (const pair of [await pairOf(wanting, giver("G")), await pairOf(taker("T"), wanted)]) {
      expect(pair.agreement).toMatchObject({
        relationship: "secondary",
        terms: { latencyMs: 7, reliabilityPct: 98, basis: "declared" },
      });
    }
  });

  it("haggles where the provider measured that it cannot keep what is asked", async () => {
    const wish = {
      engineId: "G",
      direction: "input",
      relationship: "primary",
      latencyMs: 10,
      reliabilityPct: 99,
    } as const;
    const pair = await pairOf(taker("T", { preferences: [wish] }), giver("G", { measured: { "a@1": measured(15) } }));
    expect(pair.verbs).toEqual(["propose", "counter", "accept"]);
    expect(pair.agreement.terms).toEqual({ latencyMs: 30, reliabilityPct: 99, basis: "measured" });
  });

  it("refuses terms that are far from what it asked, when others serve it", async () => {
    const wish = {
      engineId: "SLOW",
      direction: "input",
      relationship: "optional",
      latencyMs: 10,
      reliabilityPct: 99,
    } as const;
    const slow = giver("SLOW", { measured: { "a@1": measured(500) } });
    const network = new PartnershipNetwork({ n: [giver("FAST"), taker("T", { preferences: [wish] }), slow] }, 1);
    const { book } = network.nodes.get("n")!.desk;
    // Whoever is served by somebody need not take everything.
    network.nodes.get("n")!.setLifecycle("SLOW.1@n", "starting");
    await network.clock.advance(200);
    network.nodes.get("n")!.setLifecycle("SLOW.1@n", "running");
    await network.clock.advance(200);
    expect(book.open("T.1@n", "consumer").map(({ provider }) => provider)).toEqual(["FAST.1@n"]);
    const { events } = book.get("consumer", "T.1@n>SLOW.1@n")!.history;
    expect(events.slice(0, 3).map(({ verb }) => verb)).toEqual(["propose", "counter", "reject"]);
    // It is asked again, but not again and again.
    await network.clock.advance(10 * 60_000);
    expect(events.filter(({ verb }) => verb === "propose").length).toBeLessThanOrEqual(11);
  });

  it("begins anew when what flows between two is another", async () => {
    const pair = await pairOf(taker("T", { needs: ["a@1", "b@1"] }), giver("G"));
    expect(pair.agreement.products).toEqual(["a@1"]);
    pair.network.nodes.get("n")!.upgrade("G", { gives: ["b@1"] });
    await pair.network.clock.advance(30_000);
    expect(pair.agreement).toMatchObject({ products: ["b@1"], phase: "trial" });
  });

  it("has one primary partner of several instances", async () => {
    const wish = { direction: "input", relationship: "primary", latencyMs: 10, reliabilityPct: 99 } as const;
    const consumer = taker("T", {
      preferences: [
        { engineId: "A", ...wish },
        { engineId: "B", ...wish },
      ],
    });
    const network = new PartnershipNetwork({ n: [consumer, giver("A"), giver("B")] }, 1);
    await network.clock.advance(200);
    const relationships = network.nodes
      .get("n")!
      .desk.book.open("T.1@n", "consumer")
      .map(({ agreement }) => agreement.relationship);
    expect(relationships.sort()).toEqual(["primary", "secondary"]);
  });

  it("comes to an agreement after its clock was set back", async () => {
    const network = new PartnershipNetwork({ here: [taker("T")], there: [giver("G")] }, 1);
    await network.clock.advance(2000);
    const here = network.nodes.get("here")!;
    here.restart(-5);
    await network.clock.advance(60_000);
    const { book } = here.desk;
    expect(book.open("T.1@here", "consumer").map(({ agreement }) => agreement.phase)).toEqual(["trial"]);
    expect(here.desk.post.counts.sent).toBeLessThan(60);
  });

  it("puts nobody on trial that is down, whatever the other side says", async () => {
    const network = new PartnershipNetwork({ here: [taker("T")], there: [giver("G")] }, 1);
    await network.clock.advance(2000);
    const here = network.nodes.get("here")!;
    here.setLifecycle("T.1@here", "faulted");
    network.nodes.get("there")!.restart();
    for (let second = 0; second < 30; second += 1) {
      await network.clock.advance(1000);
      expect(here.desk.book.open("T.1@here", "consumer")).toEqual([]);
    }
  });

  it("confirms a trial, and comes closer step by step as trust grows", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    await pair.windows(8);
    expect(pair.agreement).toMatchObject({ phase: "active", strained: false, relationship: "primary" });
    expect(pair.verbs).toEqual(["propose", "accept", "confirm", "promote", "promote"]);
  });

  it("is strained by one bad window, and relieved by two good ones", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    await pair.windows(1);
    await pair.windows(1, false);
    expect(pair.agreement.strained).toBe(true);
    await pair.windows(1);
    expect(pair.agreement.strained).toBe(true);
    await pair.windows(1);
    expect(pair.agreement.strained).toBe(false);
  });

  it("loosens a relationship that is missed again and again, and ends the loosest", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    await pair.windows(8);
    await pair.windows(4, false);
    expect(pair.agreement.relationship).toBe("secondary");
    await pair.windows(3, false);
    expect(pair.agreement.relationship).toBe("optional");
    await pair.windows(3, false);
    expect(pair.verbs).toContain("dissolve");
    expect(pair.agreement).toMatchObject({ phase: "dissolved", by: "consumer" });
  });

  it("leaves a provider alone for a while that failed it, and remembers", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    await pair.windows(2, false);
    expect(pair.agreement.phase).toBe("dissolved");
    const { trust } = pair.entry.history;
    expect(trust.missed).toBeGreaterThan(70);
    await pair.network.clock.advance(50_000);
    expect(pair.agreement.phase).toBe("dissolved");
    await pair.network.clock.advance(30_000);
    expect(pair.agreement.phase).toBe("trial");
    expect(pair.entry.history.trust.missed).toBeGreaterThan(50);
    expect(pair.entry.history.events.filter(({ verb }) => verb === "propose")).toHaveLength(2);
  });

  it("is suspended at once when either goes down, and on trial when it is back", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    await pair.windows(2);
    for (const id of [pair.provider, pair.consumer]) {
      pair.setUp(id, false);
      expect(pair.agreement).toMatchObject({ phase: "suspended", reason: `${id} is faulted` });
      pair.setUp(id, true);
      await pair.network.clock.advance(200);
      expect(pair.agreement).toMatchObject({ phase: "trial", verb: "resume" });
    }
  });

  it("gives up whoever stays away", async () => {
    const pair = await pairOf(taker("T"), giver("G"));
    pair.setUp(pair.provider, false);
    await pair.network.clock.advance(590_000);
    expect(pair.agreement.phase).toBe("suspended");
    await pair.network.clock.advance(30_000);
    expect(pair.agreement.phase).toBe("dissolved");
  });

  it("keeps three partners a product, and says no more than it must", async () => {
    const givers = Array.from({ length: 40 }, (_, index) => giver(`G${index}`));
    const takers = Array.from({ length: 40 }, (_, index) => taker(`T${index}`));
    const network = new PartnershipNetwork({ n: [...givers, ...takers] }, 1);
    await network.clock.advance(1000);
    const { desk } = network.nodes.get("n")!;
    for (let index = 0; index < 40; index += 1) {
      expect(desk.book.open(`T${index}.1@n`, "consumer")).toHaveLength(3);
    }
    // A proposal, its answer, and a note of that, for each of 120 partners.
    expect(desk.post.counts.sent).toBe(3 * 120);
    const before = desk.post.counts.sent;
    for (let again = 0; again < 20; again += 1) desk.networkChanged();
    await network.clock.advance(1000);
    expect(desk.post.counts.sent).toBe(before);
  });

  it("shares the places of a provider that too many want, and leaves nobody without", async () => {
    const takers = Array.from({ length: 6 }, (_, index) => taker(`T${index}`));
    const network = new PartnershipNetwork(
      { n: [giver("A", { partners: 4 }), giver("B", { partners: 3 }), ...takers] },
      1,
    );
    await network.clock.advance(120_000);
    const { book } = network.nodes.get("n")!.desk;
    expect(takers.map(({ engineId }) => book.open(`${engineId}.1@n`, "consumer").length)).not.toContain(0);
    expect(book.open("A.1@n", "provider").length + book.open("B.1@n", "provider").length).toBe(7);
  });

  it("lets everybody have a turn where there are too few places, within the bound", async () => {
    const takers = Array.from({ length: 4 }, (_, index) => taker(`T${index}`));
    const network = new PartnershipNetwork({ n: [giver("A", { partners: 1 }), ...takers] }, 1);
    const { book } = network.nodes.get("n")!.desk;
    const outside = new Map(takers.map(({ engineId }) => [`${engineId}.1@n`, 0]));
    // A turn is two windows, a protection three turns.
    const bound = (4 + 4 * 3) * 2;
    for (let window = 0; window < 120; window += 1) {
      await network.clock.advance(WINDOW_MS);
      for (const [id, waited] of outside) {
        outside.set(id, book.open(id, "consumer").length > 0 ? 0 : waited + 1);
        expect(waited, `${id} in window ${window}`).toBeLessThanOrEqual(bound);
      }
    }
  });
});
