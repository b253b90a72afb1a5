// Columns of the data files that tests compare against.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Numeric columns by name, of a CSV file with a header, plain or gzipped; what is no number becomes NaN. */
export function readColumns(path: string): Record<string, Float64Array> {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trim();
  const [header = "", ...lines] = text.split(/\r?\n/);
  const rows = lines.map((line) => line.split(","));
  return Object.fromEntries(
    header
      .split(",")
      .map((name, column) => [
        name,
        Float64Array.from(rows, (row) => (row[column] === undefined || row[column] === "" ? NaN : Number(row[column]))),
      ]),
  );
}
