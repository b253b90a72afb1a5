// What a command was told: the command line wins over the environment, that over the file, that over the default.
import type { Environment } from "../kernel/environment.js";
import { usageFailure } from "./cli-failure.js";
import type { ConfigFile } from "./config-file.js";
import { suggestion } from "./nearest.js";
import { environmentName, type Option } from "./option.js";
import { readJson, readText, type Reading } from "./option-value.js";

export interface Sources {
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly env: Environment;
  readonly file: ConfigFile;
}

/** Values by option name; only what somebody gave. */
export class Settings {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #origins: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, unknown>, origins: ReadonlyMap<string, string>) {
    this.#values = values;
    this.#origins = origins;
  }

  has(option: Option): boolean {
    return this.#values.has(option.name);
  }

  /** As its schema gave it; undefined where nobody gave it. */
  get(option: Option): unknown {
    return this.#values.get(option.name);
  }

  /** Where its value came from, in words; its name on the command line where nobody gave it. */
  originOf(option: Option): string {
    return this.#origins.get(option.name) ?? `--${option.name}`;
  }

  text(option: Option, fallback: string): string {
    const value = this.get(option);
    return typeof value === "string" ? value : fallback;
  }

  number(option: Option, fallback: number): number {
    const value = this.get(option);
    return typeof value === "number" ? value : fallback;
  }

  flag(option: Option): boolean {
    return this.get(option) === true;
  }

  /** One line for each that was given and whose part is not built yet. */
  notBuilt(options: readonly Option[]): string[] {
    return options.flatMap((option) => {
      if (!this.has(option)) return [];
      const value = this.get(option);
      const instead = option.notBuilt?.(value);
      const shown = typeof value === "string" ? ` ${value}` : "";
      return instead === undefined ? [] : [`--${option.name}${shown} is not built into this version yet: ${instead}`];
    });
  }
}

/**
 * A variable that is empty is as if it were not there.
 * @throws CliFailure 2 naming the option, where its value came from, and what is expected
 */
export function readSettings(options: readonly Option[], sources: Sources): Settings {
  const values = new Map<string, unknown>();
  const origins = new Map<string, string>();
  for (const option of options) {
    const found = find(option, sources);
    if (found === undefined) continue;
    if (!found.reading.isValid) {
      throw usageFailure(`${found.origin}: expected ${option.expects}, not ${shorten(found.shown)}`);
    }
    values.set(option.name, found.reading.value);
    origins.set(option.name, found.origin);
  }
  return new Settings(values, origins);
}

interface Found {
  readonly origin: string;
  readonly shown: string;
  readonly reading: Reading;
}

function find(option: Option, { given, env, file }: Sources): Found | undefined {
  const texts = given.get(option.name);
  if (texts !== undefined) {
    // Lists add up; of anything else the last one counts.
    const isMany = option.kind === "list" || option.kind === "counts";
    const text = isMany ? texts.join(",") : (texts.at(-1) ?? "");
    return { origin: `--${option.name}`, shown: JSON.stringify(text), reading: readText(option, text) };
  }
  if (option.flagOnly === true) return undefined;
  const variable = environmentName(option.name);
  const text = env[variable] ?? "";
  if (text !== "") {
    return { origin: `environment variable ${variable}`, shown: JSON.stringify(text), reading: readText(option, text) };
  }
  if (!file.values.has(option.name)) return undefined;
  const value = file.values.get(option.name);
  return { origin: `${option.name} in ${file.name}`, shown: JSON.stringify(value), reading: readJson(option, value) };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Variables that look like options and are none: a line each. They may be somebody else's, so they are no failure. */
export function strangeVariables(env: Environment, options: readonly Option[]): string[] {
  const known = options.filter((option) => option.flagOnly !== true).map((option) => environmentName(option.name));
  return Object.keys(env)
    .filter((name) => name.startsWith("NAUTILUS_") && !known.includes(name))
    .map((name) => `environment variable ${name} is no option${suggestion(name, known, String)}`);
}
