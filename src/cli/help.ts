// The help: told from the same schemas that the options are read by.
import type { Command, HelpSection } from "./command.js";
import type { Option } from "./option.js";
import { placeholderOf } from "./value-kinds.js";

export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map(
    ({ name, operands = [], summary }) => [[name, ...operands.map(inBrackets)].join(" "), summary] as const,
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
  { name, operands = [], summary, options }: Command,
  globals: readonly Option[],
  details: readonly HelpSection[],
): string {
  return [
    `Usage: ${["nautilus", name, ...operands.map(inBrackets), "[options]"].join(" ")}`,
    "",
    `${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`,
    ...[...sections([...options, ...globals]), ...details].flatMap(({ heading, rows }) => [
      "",
      heading,
      ...columns(rows),
    ]),
    "",
  ].join("\n");
}

function inBrackets(operand: string): string {
  return `<${operand}>`;
}

/** By their headings, in columns that are the same in all. */
function sections(options: readonly Option[]): HelpSection[] {
  const width = Math.max(...options.map((option) => usageOf(option).length));
  const headings = [...new Set(options.map(({ form }) => form.heading))];
  return headings.map((heading) => {
    const group = options.filter(({ form }) => form.heading === heading);
    return {
      heading: `${heading}:`,
      rows: group.map((option) => [usageOf(option).padEnd(width), meaningOf(option)]),
    };
  });
}

function usageOf({ name, form }: Option): string {
  return `--${name} ${placeholderOf(form)}`.trimEnd();
}

function meaningOf({ form: { description = "", default: fallback } }: Option): string {
  // Saying nothing of a list or a flag is saying no.
  const shown = typeof fallback === "object" ? Object.values(fallback).join(",") : String(fallback ?? "");
  return shown === "" || shown === "false" ? description : `${description} (default ${shown})`;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
