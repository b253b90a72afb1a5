// The replay feed's real data: S&P 500 and AAPL daily bars out of two npm packages, cut to the dates that both have.
// `node scripts/build-data.mjs FOLDER` writes FOLDER/data/replay.csv and FOLDER/data/provenance.json; the same packages give
// the same bytes. Each file replaces the former in one go, so that several processes may do this at once.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main, StepError } from "./run.mjs";

const COLUMNS = ["date", "open", "high", "low", "close", "volume"];

const vega = import.meta.resolve("vega-datasets");
const observable = import.meta.resolve("@observablehq/sample-datasets/aapl.csv");

const SOURCES = [
  {
    symbol: "AAPL",
    name: "Apple Inc.",
    package: new URL("package.json", observable),
    file: new URL(observable),
    prices: "adjusted for splits, not for dividends",
  },
  {
    symbol: "SPX",
    name: "S&P 500 index",
    package: new URL("../package.json", vega),
    // The package exports no data: the file lies beside the folder of its code.
    file: new URL("../data/sp500-2000.csv", vega),
    prices: "index level, without dividends",
  },
];

await main(() => {
  const [outDir] = process.argv.slice(2);
  if (outDir === undefined) throw new StepError("build-data: name the folder to write to", 2);
  const series = SOURCES.map((source) => ({ ...source, ...read(source.file) }));
  const dates = [...series[0].bars.keys()].filter((date) => series.every(({ bars }) => bars.has(date))).sort();
  if (dates.length === 0) throw new StepError("build-data: the sources share no date");
  const rows = dates.flatMap((date) => series.map(({ symbol, bars }) => toRow(date, symbol, bars.get(date))));
  const csv = ["date,symbol,open,high,low,close,volume", ...rows, ""].join("\n");
  const provenance = {
    file: "replay.csv",
    sha256: sha256(csv),
    rows: rows.length,
    firstDate: dates[0],
    lastDate: dates.at(-1),
    series: series.map(describe),
  };
  const folder = join(outDir, "data");
  mkdirSync(folder, { recursive: true });
  replace(join(folder, "replay.csv"), csv);
  replace(join(folder, "provenance.json"), `${JSON.stringify(provenance, null, 2)}\n`);
});

function read(file) {
  const text = readFileSync(file, "utf8");
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const names = header.toLowerCase().split(",");
  const indices = COLUMNS.map((column) => names.indexOf(column));
  if (indices.includes(-1)) throw new StepError(`build-data: ${file.pathname} lacks one of ${COLUMNS}`);
  const bars = new Map();
  for (const line of lines) {
    const fields = line.split(",");
    const [date, ...values] = indices.map((index) => fields[index]);
    const numbers = values.map(Number);
    if (values.includes("") || !numbers.every(Number.isFinite)) throw new StepError(`build-data: a bad row: ${line}`);
    bars.set(date, numbers);
  }
  return { bars, sha256: sha256(text) };
}

function toRow(date, symbol, values) {
  return [date, symbol, ...values].join(",");
}

function describe({ symbol, name, package: packageFile, file, prices, sha256: digest }) {
  const { name: packageName, version, license } = JSON.parse(readFileSync(packageFile, "utf8"));
  return {
    symbol,
    name,
    origin: "real",
    prices,
    package: `${packageName} ${version}`,
    packageLicense: license,
    file: file.pathname.split("/").at(-1),
    sha256: digest,
    source: "Yahoo Finance, as the package states",
  };
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

function replace(path, text) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
