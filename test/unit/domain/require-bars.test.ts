import { describe, expect, it } from "vitest";
import { requireBars } from "../../../src/domain/require-bars.js";
import { sliceHistory, syntheticHistory } from "../engines/synthetic-history.js";

const history = syntheticHistory({ symbols: 3, bars: 20, seed: 1 });

describe("requireBars", () => {
  it("takes a history that is long enough", () => {
    expect(() => requireBars(history, 20, "factors")).not.toThrow();
  });

  it("says how many bars are needed and how many there are", () => {
    expect(() => requireBars(history, 60, "factors")).toThrow(
      expect.objectContaining({
        code: "NO_HISTORY",
        message: "factors need at least 60 bars, the history has 20 up to 2015-01-20",
        details: { neededBars: 60, historyBars: 20 },
      }),
    );
  });

  it("names field, symbol and date of a price that is none", () => {
    for (const broken of [0, -1, NaN, Infinity]) {
      const copy = sliceHistory(history, 0, 20);
      copy.low[20 + 4] = broken;
      expect(() => requireBars(copy, 5, "factors")).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT", message: `the low of S01 on 2015-01-05 is ${broken}` }),
      );
    }
  });

  it("takes a volume of zero but none below", () => {
    const copy = sliceHistory(history, 0, 20);
    copy.volume[0] = 0;
    expect(() => requireBars(copy, 5, "factors")).not.toThrow();
    copy.volume[0] = -1;
    expect(() => requireBars(copy, 5, "factors")).toThrow("the volume of S00 on 2015-01-01 is -1");
  });

  it("refuses arrays that do not fit symbols and dates", () => {
    expect(() => requireBars({ ...history, high: new Float64Array(7) }, 5, "factors")).toThrow(
      "high has 7 values, not 60 (3 symbols × 20 dates)",
    );
  });
});
