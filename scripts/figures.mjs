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
  for (const { name } of results.filter(({ pass }) => !pass)) {
    console.log(`${name} failed: its figures are kept, and marked in README.md`);
  }
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

/**
 * The table of the README: ratios, and whatever has a bar. A bar that is missed says so, and so does a benchmark that failed
 * beyond its bars.
 */
export function render(results) {
  const rows = Object.entries(results).flatMap(([name, result]) => rowsOf(name, result));
  const failed = Object.entries(results).filter(([, result]) => !result.pass && missedBars(result).length === 0);
  const machines = new Set(
    Object.values(results).map(({ machine: { node, cpu, cores } }) => `Node ${node}, ${cpu}, ${cores} cores`),
  );
  return [
    "| benchmark | figure | measured | bar |",
    "| --- | --- | ---: | ---: |",
    ...rows,
    "",
    ...failed.flatMap(([name]) => [`**${name} failed**: something beyond its bars did not hold.`, ""]),
    `Measured on ${[...machines].join("; ")}; all figures are in bench/results.json.`,
  ].join("\n");
}

/** Quartiles stand with their median, in brackets. */
function rowsOf(name, result) {
  const figures = { ...result.ratio, ...result.absolute };
  const missed = missedBars(result);
  const rangeOf = (figure) => [figures[`${figure}Low`], figures[`${figure}High`]];
  const isQuartile = (figure) => {
    const of = figure.replace(/(Low|High)$/, "");
    return of !== figure && figures[of] !== undefined && !rangeOf(of).includes(undefined);
  };
  return Object.entries(figures)
    .filter(([figure]) => !isQuartile(figure) && (figure in result.ratio || figure in result.bar))
    .map(([figure, value]) => {
      const [low, high] = rangeOf(figure).map((bound) => bound !== undefined && formatNumber(bound));
      const measured = low && high ? `${formatNumber(value)} (${low} – ${high})` : formatNumber(value);
      const bar = describeBar(result.bar[figure]);
      return `| ${name} | ${figure} | ${measured} | ${missed.includes(figure) ? `${bar} **missed**` : bar} |`;
    });
}

/** The figures that do not reach their bars. */
function missedBars({ ratio, absolute, bar }) {
  const figures = { ...ratio, ...absolute };
  return Object.entries(bar)
    .filter(([figure, { atLeast = -Infinity, atMost = Infinity }]) => {
      return !(figures[figure] >= atLeast && figures[figure] <= atMost);
    })
    .map(([figure]) => figure);
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
