import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageRanks } from "../../../../src/quant/statistics/ranks.js";

describe("averageRanks", () => {
  it("shares the mean rank among equals", () => {
    expect(averageRanks(Float64Array.of(30, 10, 20, 20))).toEqual(Float64Array.of(4, 1, 2.5, 2.5));
  });

  it("is one, plus the number of smaller values, plus half the number of other equal ones, at any length", () => {
    const few = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 120 });
    fc.assert(
      fc.property(few, (list) => {
        const expected = list.map((own) => {
          const smaller = list.filter((other) => other < own).length;
          const equal = list.filter((other) => other === own).length;
          return 1 + smaller + (equal - 1) / 2;
        });
        expect(Array.from(averageRanks(Float64Array.from(list)))).toEqual(expected);
      }),
    );
  });
});
