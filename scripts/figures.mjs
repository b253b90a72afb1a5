// What the benchmarks measured, kept in bench/results.json, and the figures of the README, made from it between two marks.
// `--check` only tells whether they are stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import prettier from "prettier";
import { main, root, StepError } from "./run.mjs";

const BLOCK = /(<!-- figures:start -->\n)[^]*?(<!-- figures:end -->)/;

const readmePath = join(root, "README.md");
const resultsPath = join(root, "bench", "results.json");

/** Keeps the results of benchmarks that ran on this machine, beside those of the others, and updates the README. */
export async function saveResults(results) {
  const known = existsSync(resultsPath) ? readResults() : {};
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
  for (const { name, ...figures } of results) known[name] = { ...figures, machine };
  const sorted = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(resultsPath, await prettier.format(JSON.stringify(sorted, null, 2), { parser: "json" }));
  await updateFigures();
}

async function updateFigures() {
  const wanted = await renderReadme();
  if (wanted !== undefined) writeFileSync(readmePath, wanted);
}

async function checkFigures() {
  const wanted = await renderReadme();
  if (wanted !== undefined && wanted !== readFileSync(readmePath, "utf8")) {
    throw new StepError("the figures of README.md are stale: run node scripts/figures.mjs");
  }
}

/** The README as it should be; nothing where nothing has been measured yet. */
async function renderReadme() {
  if (!existsSync(resultsPath)) return undefined;
  const readme = existsSync(readmePath) ? readFileSync(readmePath, "utf8") : "";
  if (!BLOCK.test(readme)) throw new StepError("README.md has no <!-- figures:start --> ... <!-- figures:end -->");
  const block = render(readResults());
  const options = await prettier.resolveConfig(readmePath);
  return prettier.format(
    readme.replace(BLOCK, (_, start, end) => `${start}\n${block}\n\n${end}`),
    {
      ...options,
      parser: "markdown",
    },
  );
}

function readResults() {
  return JSON.parse(readFileSync(resultsPath, "utf8"));
}

function render(results) {
  const rows = Object.entries(results).flatMap(([name, result]) =>
    Object.entries({ ...result.ratio, ...result.absolute }).map(
      ([figure, value]) => `| ${name} | ${figure} | ${formatNumber(value)} | ${describeBar(result.bar[figure])} |`,
    ),
  );
  const machines = new Set(
    Object.values(results).map(({ machine: { node, cpu, cores } }) => `Node ${node}, ${cpu}, ${cores} cores`),
  );
  return [
    "| benchmark | figure | measured | bar |",
    "| --- | --- | ---: | ---: |",
    ...rows,
    "",
    `Measured on ${[...machines].join("; ")}.`,
  ].join("\n");
}

function describeBar(bar) {
  if (bar === undefined) return "";
  return "atLeast" in bar ? `≥ ${formatNumber(bar.atLeast)}` : `≤ ${formatNumber(bar.atMost)}`;
}

function formatNumber(value) {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(() => (process.argv.includes("--check") ? checkFigures() : updateFigures()));
}
