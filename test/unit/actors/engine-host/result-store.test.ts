import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ResultStore } from "../../../../src/actors/engine-host/result-store.js";

const MAX_RESULTS = 256;
const MAX_BYTES = 64 * 1024 * 1024;

const result = (bytes: number) => ({ value: new Uint8Array(bytes), runId: "run-1", pinned: undefined });

describe("ResultStore", () => {
  it("drops the least recently used when all of them together are too large", () => {
    const store = new ResultStore();
    for (const key of ["a", "b", "c"]) store.put(key, result(20 * 1024 * 1024));
    store.get("a");
    store.put("d", result(20 * 1024 * 1024));
    expect(["a", "b", "c", "d"].map((key) => store.get(key) !== undefined)).toEqual([true, false, true, true]);
    expect([store.size, store.evicted]).toEqual([3, 1]);
  });

  it("keeps the newest, however large: it is about to be fetched", () => {
    const store = new ResultStore();
    store.put("small", result(10));
    store.put("huge", result(MAX_BYTES + 1));
    expect(store.get("small")).toBeUndefined();
    expect(store.get("huge")).toBeDefined();
    store.put("next", result(10));
    expect(store.get("huge")).toBeUndefined();
  });

  test.prop([fc.array(fc.tuple(fc.nat(400), fc.nat(3_000_000)), { maxLength: 600 })])(
    "never holds more than its limits, and counts what it holds",
    (puts) => {
      const store = new ResultStore();
      for (const [key, bytes] of puts) store.put(`${key}`, result(bytes));
      expect(store.size).toBeLessThanOrEqual(MAX_RESULTS);
      expect(store.bytes <= MAX_BYTES || store.size === 1).toBe(true);
      const last = new Map(puts.map(([key, bytes]) => [`${key}`, bytes]));
      let held = 0;
      for (const [key, bytes] of last) if (store.get(key) !== undefined) held += bytes;
      expect(store.bytes - held).toBeGreaterThanOrEqual(0);
      expect(store.bytes - held).toBeLessThanOrEqual(128 * store.size);
      store.clear();
      expect([store.size, store.bytes]).toEqual([0, 0]);
    },
  );
});
