// The published indicator series of 502 daily bars, as they lie beside the project.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { sharedData, sharedDataPath } from "../../../support/shared-data.js";
import type { Requirement } from "../../../support/requirements.js";
import { readColumns } from "../csv-columns.js";

export const published: Requirement = sharedData("indicators/results.tgz");

export interface PublishedBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** (high + low + close) / 3. */
  readonly typical: Float64Array;
}

export function publishedBars(): PublishedBars {
  const { open, high, low, close, volume } = readColumns(sharedDataPath("indicators/default.csv"));
  const bars = { open: open!, high: high!, low: low!, close: close!, volume: volume! };
  return { ...bars, typical: bars.close.map((price, i) => (bars.high[i]! + bars.low[i]! + price) / 3) };
}

/** One field of a result such as "rsi", bar by bar: NaN before the indicator begins. */
export function publishedSeries(result: string, field: string): Float64Array {
  const file = `results/${result}.standard.json`;
  const rows = JSON.parse(fileOfArchive(file)) as Record<string, number | null>[];
  return Float64Array.from(rows, (row) => row[field] ?? NaN);
}

/** A tar archive is a row of 512-byte blocks: a header with name and octal size, then the content. */
function fileOfArchive(name: string): string {
  const archive = gunzipSync(readFileSync(sharedDataPath("indicators/results.tgz")));
  let at = 0;
  while (at < archive.length) {
    const header = archive.subarray(at, at + 512);
    const size = parseInt(header.toString("latin1", 124, 136), 8) || 0;
    if (header.toString("latin1", 0, 100).replace(/\0.*$/, "") === name) {
      return archive.toString("utf8", at + 512, at + 512 + size);
    }
    at += 512 + 512 * Math.ceil(size / 512);
  }
  throw new Error(`the archive has no ${name}`);
}

/** Equal wherever there is a published figure, to a relative 1e-9; returns how many there were. */
export function expectSeries(actual: ArrayLike<number>, expected: Float64Array): number {
  let compared = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i])) continue;
    const tolerance = 1e-9 * Math.max(1, Math.abs(expected[i]!));
    expect(Math.abs(actual[i]! - expected[i]!), `bar ${i}: ${actual[i]} is not ${expected[i]}`).toBeLessThan(tolerance);
    compared++;
  }
  return compared;
}
