import { describe, expect, it } from "vitest";

interface Figures {
  render(results: Readonly<Record<string, object>>): string;
}

const { render } = (await import(new URL("../../../scripts/figures.mjs", import.meta.url).href)) as Figures;

const machine = { node: "v20.0.0", cpu: "a processor", cores: 2 };

function rowsOf(result: object): string[] {
  const passing = { ratio: {}, absolute: {}, bar: {}, pass: true, machine };
  return render({ call: { ...passing, ...result } }).split("\n");
}

describe("the figures of the README", () => {
  it("say where a bar is missed, and only there", () => {
    const rows = rowsOf({
      ratio: { toPeer: 8.306 },
      absolute: { tookMs: 2.972, residentMb: 100 },
      bar: { toPeer: { atLeast: 12 }, tookMs: { atMost: 1 }, residentMb: { atMost: 100 } },
      pass: false,
    });
    expect(rows).toContain("| call | toPeer | 8.306 | ≥ 12 **missed** |");
    expect(rows).toContain("| call | tookMs | 2.972 | ≤ 1 **missed** |");
    expect(rows).toContain("| call | residentMb | 100 | ≤ 100 |");
  });

  it("are the ratios and whatever has a bar: the rest stands in the results alone", () => {
    const rows = rowsOf({ ratio: { toPeer: 2 }, absolute: { tookMs: 3, calls: 9 }, bar: { tookMs: { atMost: 4 } } });
    expect(rows.filter((row) => row.startsWith("| call"))).toEqual([
      "| call | toPeer | 2 |  |",
      "| call | tookMs | 3 | ≤ 4 |",
    ]);
  });

  it("say when a benchmark failed though it reached its bars", () => {
    const figures = { absolute: { tookMs: 1 }, bar: { tookMs: { atMost: 1 } } };
    expect(rowsOf({ ...figures, pass: false }).join("\n")).toContain("**call failed**");
    expect(rowsOf(figures).join("\n")).not.toContain("failed");
  });

  it("show quartiles as a range beside their median, and no other figure as one", () => {
    const rows = rowsOf({ ratio: { toPeer: 0.74, toPeerLow: 0.7, toPeerHigh: 0.78, tideLow: 3 } });
    expect(rows).toContain("| call | toPeer | 0.74 (0.7 – 0.78) |  |");
    expect(rows).toContain("| call | tideLow | 3 |  |");
    expect(rows.filter((row) => row.startsWith("| call"))).toHaveLength(2);
  });
});
