import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactorMatrix, type FactorMatrixValue } from "../../../../src/domain/products/factor.js";
import type { MarketHistoryValue } from "../../../../src/domain/products/market.js";
import { factorEngine } from "../../../../src/engines/factor/factor-engine.js";
import { FACTOR_NAMES } from "../../../../src/engines/factor/factor-rows.js";
import { contentDigest } from "../../../../src/kernel/digest.js";
import { createInlineContext, operationOf, type InlineContext } from "../inline-context.js";
import { pickSymbols, sliceHistory, syntheticHistory } from "../synthetic-history.js";

type Calculate = (inputs: { history: MarketHistoryValue }) => Promise<FactorMatrixValue>;

function calculator(context?: InlineContext): Calculate {
  return operationOf<FactorMatrixValue>(factorEngine, "calculate_factors", context);
}

/** How many rows each kernel run computed. */
function rowsComputed({ kernelRuns }: InlineContext): number[] {
  return kernelRuns.map(({ input }) => (input as { rows: Int32Array }).rows.length);
}

describe("factorEngine", () => {
  it("gives a factor matrix of every date that has a whole window behind it", async () => {
    const history = syntheticHistory({ symbols: 3, bars: 70, seed: 1 });
    const matrix = await calculator()({ history });
    expect(FactorMatrix.schema.parse(matrix)).toEqual(matrix);
    expect(matrix).toMatchObject({ asOf: history.asOf, symbols: history.symbols, factors: FACTOR_NAMES });
    expect(matrix.dates).toEqual(history.dates.slice(59));
    expect(matrix.values).toHaveLength(11 * 3 * FACTOR_NAMES.length);
    expect(matrix.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("says how many bars it needs and how many there are", async () => {
    const history = syntheticHistory({ symbols: 2, bars: 59, seed: 1 });
    await expect(calculator()({ history })).rejects.toMatchObject({
      code: "NO_HISTORY",
      message: "factors need at least 60 bars, the history has 59 up to 2015-02-28",
    });
  });

  it("leaves its input alone", async () => {
    const history = syntheticHistory({ symbols: 2, bars: 65, seed: 2 });
    const before = contentDigest(history);
    const calculate = calculator();
    await calculate({ history });
    await calculate({ history });
    expect(contentDigest(history)).toBe(before);
  });

  it("computes a new bar here and only a whole history in the pool", async () => {
    const context = createInlineContext();
    const calculate = calculator(context);
    const history = syntheticHistory({ symbols: 8, bars: 121, seed: 3 });
    await calculate({ history: sliceHistory(history, 0, 120) });
    expect(rowsComputed(context)).toEqual([8 * 61]);
    await calculate({ history: sliceHistory(history, 1, 121) });
    await calculate({ history });
    expect(rowsComputed(context)).toEqual([8 * 61]);
  });

  it("gives the bytes of a fresh instance for any sequence of slides, extensions, other symbols and altered bars", async () => {
    const step = fc.record({
      from: fc.nat(30),
      bars: fc.integer({ min: 60, max: 75 }),
      symbols: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 5 }),
      altered: fc.option(fc.record({ symbol: fc.nat(4), bar: fc.nat(74) }), { nil: undefined }),
    });
    const world = syntheticHistory({ symbols: 5, bars: 105, seed: "world" });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
        const calculate = calculator();
        for (const { from, bars, symbols, altered } of steps) {
          const history = pickSymbols(sliceHistory(world, from, from + bars), symbols);
          if (altered !== undefined) {
            const at = (altered.symbol % symbols.length) * bars + (altered.bar % bars);
            history.close[at] = (history.high[at]! + history.low[at]!) / 2;
          }
          const kept = await calculate({ history });
          const fresh = await calculator()({ history });
          expect(contentDigest(kept)).toBe(contentDigest(fresh));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("copies the first kept row when the dates before it are new", async () => {
    const world = syntheticHistory({ symbols: 2, bars: 97, seed: "world" });
    const calculate = calculator();
    await calculate({ history: sliceHistory(world, 26, 97) });
    const history = pickSymbols(sliceHistory(world, 20, 91), [0]);
    expect(contentDigest(await calculate({ history }))).toBe(contentDigest(await calculator()({ history })));
  });

  it("recomputes just the rows that saw an altered bar", async () => {
    const context = createInlineContext();
    const calculate = calculator(context);
    const history = syntheticHistory({ symbols: 4, bars: 250, seed: 6 });
    await calculate({ history });
    const altered = sliceHistory(history, 0, 250);
    altered.volume[250 + 120]! += 1;
    altered.volume[500 + 120]! += 1;
    await calculate({ history: altered });
    expect(rowsComputed(context)).toEqual([4 * 191, 2 * 60]);
  });

  it("mixes calls that overlap in time without mixing their answers", async () => {
    const calculate = calculator();
    const first = syntheticHistory({ symbols: 3, bars: 90, seed: 7 });
    const second = syntheticHistory({ symbols: 3, bars: 90, seed: 8 });
    const [one, two, again] = await Promise.all([first, second, first].map((history) => calculate({ history })));
    expect(contentDigest(one)).toBe(contentDigest(await calculator()({ history: first })));
    expect(contentDigest(two)).toBe(contentDigest(await calculator()({ history: second })));
    expect(contentDigest(again)).toBe(contentDigest(one));
  });
});
