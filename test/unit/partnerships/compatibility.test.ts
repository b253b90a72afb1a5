import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../src/contracts/identity.js";
import {
  compareSuitability,
  declaredPreference,
  givenBy,
  isUp,
  neededBy,
  operationsFor,
  ProviderIndex,
  spreadOf,
  type Suitability,
} from "../../../src/partnerships/compatibility.js";
import { property } from "../../support/property.js";
import { giverOf, operationOf, preferenceFor, takerOf } from "./support/identity.js";

const ids = (identities: readonly Identity[]): readonly string[] => identities.map(({ instanceId }) => instanceId);

function down(identity: Identity): Identity {
  return { ...identity, health: { ...identity.health, lifecycle: "faulted" } };
}

describe("neededBy and givenBy", () => {
  it("know needs, uses and streams, each once", () => {
    const engine: Identity = {
      ...giverOf("E", "x@1"),
      operations: [
        operationOf({ needs: ["a@1", "b@1"], uses: ["c@2"], gives: "x@1" }),
        operationOf({ needs: ["a@1"], gives: "y@1" }),
      ],
      consumes: ["ticks@1"],
      publishes: ["bars@1"],
    };
    expect([...neededBy(engine)]).toEqual(["a@1", "b@1", "c@2", "ticks@1"]);
    expect([...givenBy(engine)]).toEqual(["x@1", "y@1", "bars@1"]);
  });
});

describe("isUp", () => {
  it.each(["starting", "draining", "stopped", "faulted", "restarting"] as const)("is false for %s", (lifecycle) => {
    const engine = giverOf("E", "x@1");
    expect(isUp(engine)).toBe(true);
    expect(isUp({ ...engine, health: { ...engine.health, lifecycle } })).toBe(false);
  });
});

describe("ProviderIndex", () => {
  const taker = takerOf("T", "x@1");

  it("finds those that are up and give the same version", () => {
    const index = new ProviderIndex([giverOf("A", "x@1"), giverOf("B", "x@2"), down(giverOf("C", "x@1")), taker]);
    expect(ids(index.of("x@1", taker))).toEqual(["A.1@n"]);
    expect(index.of("nothing@1", taker)).toEqual([]);
  });

  it("finds no other instance of the consumer's own engine", () => {
    const second = { ...takerOf("T", "t@1"), instanceId: "T.2@n" };
    expect(new ProviderIndex([taker, second]).of("t@1", second)).toEqual([]);
  });

  it("names what flows between two, sorted, even where the provider is down", () => {
    const both = { ...takerOf("T", "z@1"), consumes: ["a@1", "other@1"] };
    const giver = { ...giverOf("G", "z@1"), publishes: ["a@1", "unwanted@1"] };
    expect(new ProviderIndex([giver]).between(both, giver)).toEqual(["a@1", "z@1"]);
    expect(new ProviderIndex([down(giver)]).between(both, down(giver))).toEqual(["a@1", "z@1"]);
  });
});

describe("declaredPreference", () => {
  it("takes the consumer's word before the provider's, and each in its direction", () => {
    const wish = preferenceFor("G", { latencyMs: 5 });
    const offer = preferenceFor("T", { direction: "output", latencyMs: 80 });
    const giver = { ...giverOf("G", "x@1"), preferences: [offer] };
    expect(declaredPreference(takerOf("T", "x@1", [wish]), giver)).toBe(wish);
    expect(declaredPreference(takerOf("T", "x@1"), giver)).toBe(offer);
    expect(declaredPreference(takerOf("U", "x@1"), giver)).toBeUndefined();
    const backwards = preferenceFor("G", { direction: "output" });
    expect(declaredPreference(takerOf("T", "x@1", [backwards]), giverOf("G", "x@1"))).toBeUndefined();
  });
});

describe("operationsFor", () => {
  it("leaves out operations that give something else", () => {
    const operations = [operationOf({ gives: "x@1" }), operationOf({ gives: "y@1" })];
    const giver = { ...giverOf("G", "x@1"), operations };
    expect(operationsFor(giver, ["y@1", "z@1"])).toEqual([operations[1]]);
  });
});

describe("compareSuitability", () => {
  const plain: Suitability = { instanceId: "m", declared: 0, trust: 0.5, latencyMs: 10, spread: 5 };

  it.each<[string, Partial<Suitability>]>([
    ["who is declared closer, however little trusted", { declared: 1, trust: 0 }],
    ["who is trusted more, however slow", { trust: 0.6, latencyMs: 1000 }],
    ["who is faster", { latencyMs: 9, spread: 9 }],
    ["whom the spread puts first", { spread: 4, instanceId: "z" }],
    ["the first by name, at last", { instanceId: "a" }],
  ])("puts first %s", (_, over) => {
    const better = { ...plain, ...over };
    expect([plain, better].sort(compareSuitability)).toEqual([better, plain]);
    expect([better, plain].sort(compareSuitability)).toEqual([better, plain]);
  });

  it("puts what was never measured after what was, and compares two such by the spread", () => {
    const unknown = { ...plain, latencyMs: null, spread: 0 };
    expect([unknown, plain].sort(compareSuitability)).toEqual([plain, unknown]);
    const other = { ...unknown, instanceId: "a", spread: 1 };
    expect([other, unknown].sort(compareSuitability)).toEqual([unknown, other]);
  });
});

describe("spreadOf", () => {
  it("is FNV-1a of the pair", () => {
    expect(spreadOf("", "")).toBe(Math.imul(2_166_136_261 ^ 0x3e, 16_777_619) >>> 0);
  });

  it("gives alike providers about equally many of many consumers", () => {
    const providers = ["P.1@n", "P.2@n", "P.3@n"];
    const first = Array.from({ length: 900 }, (_, index) => {
      const consumer = `C${index}.1@n`;
      return providers.reduce((a, b) => (spreadOf(consumer, a) <= spreadOf(consumer, b) ? a : b));
    });
    for (const provider of providers) {
      const share = first.filter((each) => each === provider).length / first.length;
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.42);
    }
  });

  property([fc.string(), fc.string()])("is the same whenever asked, and 32 bits", (consumer, provider) => {
    const spread = spreadOf(consumer, provider);
    expect(spreadOf(consumer, provider)).toBe(spread);
    expect(spread >>> 0).toBe(spread);
  });
});
