import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ResultBudget } from "../../../../src/actors/engine-host/result-budget.js";
import { ResultStore } from "../../../../src/actors/engine-host/result-store.js";
import { property } from "../../../support/property.js";

const MAX_RESULTS = 256;
const LIMIT = 1_000_000;

const result = (bytes: number) => ({ value: new Uint8Array(bytes), runId: "run-1", pinned: undefined });

describe("ResultStore", () => {
  it("drops what is least recently used in the node, whichever instance keeps it", () => {
    const budget = new ResultBudget(LIMIT);
    const [one, other] = [new ResultStore(budget), new ResultStore(budget)];
    one.put("a", result(300_000));
    other.put("b", result(300_000));
    one.put("c", result(300_000));
    one.get("a");
    other.put("d", result(300_000));
    expect([one.get("a"), other.get("b"), one.get("c"), other.get("d")].map((kept) => kept !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect([one.size, other.size, budget.size, budget.evicted]).toEqual([2, 1, 3, 1]);
  });

  it("keeps the newest, however large: it is about to be fetched", () => {
    const store = new ResultStore(new ResultBudget(LIMIT));
    store.put("small", result(10));
    store.put("huge", result(LIMIT + 1));
    expect(store.get("small")).toBeUndefined();
    expect(store.get("huge")).toBeDefined();
    store.put("next", result(10));
    expect(store.get("huge")).toBeUndefined();
  });

  const puts = fc.array(fc.tuple(fc.nat(2), fc.nat(400), fc.nat(50_000)), { maxLength: 600 });
  property([puts])("never holds more than its limits, and counts what it holds", (all) => {
    const budget = new ResultBudget(LIMIT);
    const stores = [0, 1, 2].map(() => new ResultStore(budget));
    const last = new Map<string, number>();
    for (const [store, key, bytes] of all) {
      stores[store]?.put(`${key}`, result(bytes));
      last.set(`${store} ${key}`, bytes);
    }
    expect(budget.bytes <= LIMIT || budget.size === 1).toBe(true);
    for (const { size } of stores) expect(size).toBeLessThanOrEqual(MAX_RESULTS);
    let held = 0;
    for (const [name, bytes] of last) {
      const [store = "", key = ""] = name.split(" ");
      if (stores[Number(store)]?.get(key) !== undefined) held += bytes;
    }
    expect(budget.bytes - held).toBeGreaterThanOrEqual(0);
    expect(budget.bytes - held).toBeLessThanOrEqual(128 * budget.size);
    for (const store of stores) store.clear();
    expect([budget.size, budget.bytes]).toEqual([0, 0]);
  });
});
