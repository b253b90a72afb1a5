import { describe, expect, it } from "vitest";
import { z } from "zod";
import { planBridge } from "../../../../src/buses/bridge/bridge-routes.js";
import { BridgePatternSchema } from "../../../../src/contracts/bridge.js";
import { product, type Product } from "../../../../src/contracts/product.js";

function stream(name: string, version = 1): Product {
  return product(name, { version, channel: "marketData", description: "Of a test.", schema: z.unknown() });
}

const PRODUCTS = [stream("market.bar"), stream("market.bar", 2), stream("market.book"), stream("strategy.signals")];

function planned(...patterns: string[]): readonly string[] {
  return planBridge(patterns, PRODUCTS).routes.map(({ product: { key }, direction }) => `${key} ${direction}`);
}

describe("the patterns of a bridge", () => {
  it.each([
    ["market.bar:out", ["market.bar@1 out", "market.bar@2 out"]],
    ["market.bar@2:in", ["market.bar@2 in"]],
    ["market.*:out", ["market.bar@1 out", "market.bar@2 out", "market.book@1 out"]],
    ["market.*@1:out", ["market.bar@1 out", "market.book@1 out"]],
    ["market.bo*:out", ["market.book@1 out"]],
    ["strat*:in", ["strategy.signals@1 in"]],
    ["*:out", ["market.bar@1 out", "market.bar@2 out", "market.book@1 out", "strategy.signals@1 out"]],
    ["market:out", []],
  ])("mean the products of that name: %s", (pattern, routes) => {
    expect(BridgePatternSchema.safeParse(pattern).success).toBe(true);
    expect(planned(pattern)).toEqual(routes);
  });

  it.each([
    ...["market.bar", "market.bar:", "market.bar:both", ":out", "Market.bar:out", "market..bar:out", "market.*.x:out"],
    ...["market.bar@0:in", "market.bar@x:in", "*market:out", "market.**:out", "market.bar:out ", ""],
  ])("are refused where they are none: %j", (pattern) => {
    expect(BridgePatternSchema.safeParse(pattern).success).toBe(false);
  });

  it("count a product once, however many mean it", () => {
    expect(planned("market.bar@1:out", "market.*@1:out")).toEqual(["market.bar@1 out", "market.book@1 out"]);
  });

  it("refuse a product that would go both ways", () => {
    expect(() => planned("market.*:out", "market.bar@2:in")).toThrow(
      "options.bridge: market.bar@2 would go both ways, by market.*:out and by market.bar@2:in",
    );
    expect(planned("market.*:out", "strategy.signals:in")).toHaveLength(4);
  });

  it("are listed where they mean nothing", () => {
    expect(planBridge(["market.*:out", "tea.*:in", "market.bar@3:out"], PRODUCTS).unmatched).toEqual([
      "tea.*:in",
      "market.bar@3:out",
    ]);
  });
});
