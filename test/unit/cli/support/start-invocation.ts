// What `nautilus start` is called with, from what was given.
import type { Invocation } from "../../../../src/cli/command.js";
import type { START_OPTIONS } from "../../../../src/cli/command-options.js";
import { COMMANDS } from "../../../../src/cli/commands.js";
import { readSettings } from "../../../../src/cli/settings.js";

export const OPTIONS = COMMANDS.find(({ name }) => name === "start")?.options ?? [];

export function startInvocation(
  given: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
): Invocation<typeof START_OPTIONS> {
  const words = new Map(Object.entries(given).map(([name, text]) => [name, [text]]));
  const settings = readSettings(OPTIONS, { given: words, env, file: { name: "", values: new Map() } });
  return { ...settings, operands: [], notes: [] } as object as Invocation<typeof START_OPTIONS>;
}
