// What was found last: kept beside the mutants, and shown as a table in the documentation.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const resultsFile = join(root, "test", "mutants", "results.json");
const docsFile = join(root, "docs", "simulation.md");
const [BEGIN, END] = ["<!-- mutants: written by npm run simulate:mutants -- --save -->", "<!-- end of mutants -->"];

export function readResults() {
  return existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, "utf8")) : {};
}

/** Those of mutants that were not hunted this time stay. */
export function saveResults(results) {
  const all = { ...readResults(), ...results };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(resultsFile, `${JSON.stringify(sorted, null, 2)}\n`);
  writeFileSync(docsFile, withTable(readFileSync(docsFile, "utf8"), sorted));
}

/** The document with its table made anew. */
export function withTable(text, results) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${docsFile} has no place for the table of mutants`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${tableOf(results)}\n\n${text.slice(end)}`;
}

function tableOf(results) {
  const rows = Object.entries(results).map(([name, { bug, scenario, hours, found, seeds, invariants }]) => [
    name,
    bug,
    `${scenario}, ${hours} h`,
    `${found} of ${seeds}`,
    Object.entries(invariants)
      .sort(([, a], [, b]) => b - a)
      .map(([invariant]) => invariant)
      .join("; "),
  ]);
  const table = [["mutant", "the bug", "simulated", "found in seeds", "violated"], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const [head, ...body] = table.map(line);
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
}
