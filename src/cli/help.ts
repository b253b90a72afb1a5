// The help: told from the same tables that the options are read by.
import type { Command, HelpSection } from "./command.js";
import type { Option } from "./option.js";

const WIDTH = 100;

export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ name, operands, summary }) => [[name, ...operands.map(inBrackets)].join(" "), summary] as const,
  );
  return [
    "Usage: nautilus <command> [options]",
    "",
    ...columns([...rows, ["help [command]", "show the options of a command"]]),
    "",
    "Options may also stand in the environment (--live-bars as NAUTILUS_LIVE_BARS) and in nautilus.config.json",
    "(liveBars); the command line wins over the environment, the environment over the file.",
    "",
  ].join("\n");
}

export function commandHelp(
  { name, operands, summary, options }: Command,
  globals: readonly Option[],
  details: readonly HelpSection[],
): string {
  const built = options.filter((option) => option.description !== "");
  const others = options.filter((option) => option.description === "");
  return [
    `Usage: ${["nautilus", name, ...operands.map(inBrackets), "[options]"].join(" ")}`,
    "",
    `${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`,
    "",
    ...columns([...built, ...globals].map((option) => [usageOf(option), meaningOf(option)] as const)),
    ...(others.length === 0 ? [] : ["", "Accepted, but not built into this version yet:"]),
    ...wrap(others.map(usageOf)),
    ...details.flatMap(({ heading, rows }) => ["", heading, ...columns(rows)]),
    "",
  ].join("\n");
}

function inBrackets(operand: string): string {
  return `<${operand}>`;
}

function usageOf({ name, placeholder }: Option): string {
  return placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
}

function meaningOf({ description, fallback }: Option): string {
  return fallback === undefined ? description : `${description} (default ${fallback})`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

function wrap(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= WIDTH) lines[lines.length - 1] = `${last}  ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
