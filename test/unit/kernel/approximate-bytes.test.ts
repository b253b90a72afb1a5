import { describe, expect, it } from "vitest";
import { approximateBytes } from "../../../src/kernel/approximate-bytes.js";

describe("approximateBytes", () => {
  it("counts what is large wherever it is nested", () => {
    const floats = new Float64Array(1_000_000);
    expect(approximateBytes({ deep: [{ values: floats }] })).toBeGreaterThan(floats.byteLength);
    expect(approximateBytes({ text: "x".repeat(1_000_000) })).toBeGreaterThan(2_000_000);
    expect(approximateBytes(new Array<number>(1_000_000).fill(1))).toBeGreaterThan(8_000_000);
  });

  it("counts a view by its own length, and nothing as little", () => {
    expect(approximateBytes(new Uint8Array(new ArrayBuffer(1_000_000), 0, 10))).toBeLessThan(100);
    expect([null, undefined, 1, true].map(approximateBytes)).toEqual([8, 8, 8, 8]);
  });

  it("looks no further than it has to", () => {
    const looked: number[] = [];
    const values = Array.from({ length: 1_000 }, (_, at) => ({
      get field(): number {
        looked.push(at);
        return at;
      },
    }));
    expect(approximateBytes(values, 1_000)).toBeGreaterThanOrEqual(1_000);
    expect(looked.length).toBeLessThan(20);
    looked.length = 0;
    expect(approximateBytes({ values, more: values }, 1_000)).toBeGreaterThanOrEqual(1_000);
    expect(looked.length).toBeLessThan(20);
    expect(approximateBytes([1, "two", { three: 3 }], 1e9)).toBe(approximateBytes([1, "two", { three: 3 }]));
  });
});
