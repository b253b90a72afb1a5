// The words of the command line, told apart: command, arguments, options. Nothing is looked up or checked here but names.
import { parseArgs } from "node:util";
import { usageFailure } from "./cli-failure.js";
import { suggestion } from "./nearest.js";
import type { Option } from "./option.js";
import { expectsOf } from "./value-kinds.js";

export interface CommandLine {
  readonly command: string | undefined;
  readonly operands: readonly string[];
  /** What was given for each option by name, in order; a flag's text is `true` unless it says otherwise. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ["h", "help"],
  ["v", "version"],
]);

/**
 * @param options every option of every command: which of them a command takes is its own affair
 * @throws CliFailure 2 naming the option that is unknown or lacks its value
 */
export function parseCommandLine(argv: readonly string[], options: readonly Option[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      options.map(({ name, form }) => [name, { type: form.type === "boolean" ? "boolean" : "string" }]),
    ),
  });
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const name = nameOf(token.name, token.rawName);
    const option = options.find((candidate) => candidate.name === name);
    if (option === undefined) throw unknownOption(token.rawName, options);
    const text = option.form.type === "boolean" ? (token.value ?? "true") : token.value;
    const isForgotten = token.inlineValue !== true && text?.startsWith("--") === true;
    if (text === undefined || isForgotten) throw usageFailure(`--${name} needs a value: ${expectsOf(option.form)}`);
    given.set(name, [...(given.get(name) ?? []), text]);
  }
  const [command, ...rest] = operands;
  return { command, operands: rest, given };
}

function nameOf(name: string, rawName: string): string {
  return rawName.startsWith("--") ? name : (SHORT.get(name) ?? "");
}

function unknownOption(rawName: string, options: readonly Option[]): Error {
  const names = options.map(({ name }) => name);
  const meant = suggestion(rawName.replace(/^-+/, ""), names, (name) => `--${name}`);
  return usageFailure(`there is no option ${rawName}${meant}`);
}
