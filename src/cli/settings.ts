// What a command was told: the command line wins over the environment, that over the file, that over the default.
import type { Environment } from "../kernel/environment.js";
import { usageFailure } from "./cli-failure.js";
import type { ConfigFile } from "./config-file.js";
import { suggestion } from "./nearest.js";
import { environmentName, type Option } from "./option.js";
import { expectsOf, valueOf, type Form } from "./value-kinds.js";

export interface Sources {
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly env: Environment;
  readonly file: ConfigFile;
}

/** Values by field. */
export interface Settings<V = Readonly<Record<string, unknown>>> {
  /** With the default where nothing was given. */
  readonly options: V;
  readonly given: Partial<V>;
  /** Where what was given came from, in words, by field. */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * A variable that is empty is as if it were not there.
 * @throws CliFailure 2 naming the option, where its value came from, and what is expected
 */
export function readSettings(options: readonly Option[], sources: Sources): Settings {
  const given: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  for (const option of options) {
    const found = find(option, sources);
    if (found === undefined) continue;
    const { success, data } = option.schema.safeParse(found.value);
    if (!success || isIdle(found.value, option.form)) {
      throw usageFailure(`${found.origin}: expected ${expectsOf(option.form)}, not ${shorten(found.shown)}`);
    }
    given[option.field] = data;
    origins.set(option.field, found.origin);
  }
  const defaults = Object.fromEntries(options.map(({ field, schema }) => [field, schema.parse(undefined)]));
  return { options: { ...defaults, ...given }, given, origins };
}

interface Found {
  readonly origin: string;
  readonly shown: string;
  readonly value: unknown;
}

function find({ name, form }: Option, { given, env, file }: Sources): Found | undefined {
  const texts = given.get(name);
  if (texts !== undefined) {
    // Lists add up; of anything else the last one counts.
    const isMany = form.type === "array" || form.type === "object";
    return foundText(`--${name}`, isMany ? texts.join(",") : texts.at(-1)!, form);
  }
  if (form.flagOnly) return undefined;
  const variable = environmentName(name);
  const text = env[variable] ?? "";
  if (text !== "") return foundText(`environment variable ${variable}`, text, form);
  if (!file.values.has(name)) return undefined;
  const value = file.values.get(name);
  const origin = `${name} in ${file.name}`;
  // In a file a value stands as itself, or as the text that it would be on the command line.
  return typeof value === "string" ? foundText(origin, value, form) : { origin, shown: JSON.stringify(value), value };
}

function foundText(origin: string, text: string, form: Form): Found {
  return { origin, shown: JSON.stringify(text), value: valueOf(text, form) };
}

/** An empty list is a slip where it is what comes of saying nothing. */
function isIdle(value: unknown, form: Form): boolean {
  return [value, form.default].every((list) => Array.isArray(list) && list.length === 0);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Variables that look like options and are none: a line each. They may be for other programs, so they are no failure. */
export function strangeVariables(env: Environment, options: readonly Option[]): string[] {
  const known = options.filter(({ form }) => !form.flagOnly).map(({ name }) => environmentName(name));
  return Object.keys(env)
    .filter((name) => name.startsWith("NAUTILUS_") && !known.includes(name))
    .map((name) => `environment variable ${name} is no option${suggestion(name, known, String)}`);
}
