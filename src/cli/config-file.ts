// The configuration file: nautilus.config.json in the working folder, or the one that --config names.
import { existsSync, readFileSync } from "node:fs";
import { findJsonFault } from "../api/json-fault.js";
import { usageFailure } from "./cli-failure.js";
import { suggestion } from "./nearest.js";
import type { Option } from "./option.js";

export interface ConfigFile {
  /** As messages name it. */
  readonly name: string;
  /** By the option's name on the command line. */
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * Its keys are option names, in camel case or as on the command line.
 * @param mayBeAbsent for a file that was not asked for
 * @throws CliFailure 2 naming the file, and the place or the key that is wrong
 */
export function readConfigFile(
  { path, name, mayBeAbsent }: { path: string; name: string; mayBeAbsent: boolean },
  options: readonly Option[],
): ConfigFile {
  if (mayBeAbsent && !existsSync(path)) return { name, values: new Map() };
  const content = parse(readText(path, name), name);
  const inFile = options.filter((option) => option.form.flagOnly !== true);
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(content)) {
    const option = inFile.find((candidate) => [candidate.name, candidate.field].includes(key));
    if (option === undefined) {
      const meant = suggestion(
        key,
        inFile.map(({ field }) => field),
        String,
      );
      throw usageFailure(`${name}: there is no option ${JSON.stringify(key)}${meant}`);
    }
    values.set(option.name, value);
  }
  return { name, values };
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw usageFailure(`${name}: cannot be read: ${(error as Error).message}`);
  }
}

function parse(text: string, name: string): object {
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    throw usageFailure(`${name}: line ${fault.line}, column ${fault.column}: expected ${fault.expected}`);
  }
  const content: unknown = JSON.parse(text);
  if (typeof content === "object" && content !== null && !Array.isArray(content)) return content;
  throw usageFailure(`${name}: must be a JSON object`);
}
