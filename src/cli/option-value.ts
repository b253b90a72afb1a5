// One option's value, from the text of a flag or a variable, or from the JSON of a file.
import type { Option, OptionKind } from "./option.js";

/** Text that is no value of the kind becomes this, which no schema takes. */
const NO_VALUE = Symbol("no value");

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

const READERS: Readonly<Record<OptionKind, (text: string) => unknown>> = {
  text: (text) => text,
  number: (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text),
  flag: (text) => FLAGS.get(text.toLowerCase()) ?? NO_VALUE,
  list: (text) => filled(parts(text)) ?? NO_VALUE,
  counts: (text) => countsOf(parts(text).map(pair)),
};

/** `FACTOR_ENGINE=2`; without a number the count is what no schema takes. */
function pair(text: string): [string, unknown] {
  const at = text.indexOf("=");
  return at < 0 ? [text, NO_VALUE] : [text.slice(0, at).trim(), READERS.number(text.slice(at + 1).trim())];
}

/** A key of that name would be lost on the way, not refused. */
function countsOf(pairs: readonly [string, unknown][]): unknown {
  return pairs.some(([name]) => name === "__proto__") ? NO_VALUE : Object.fromEntries(pairs);
}

/** Nothing named is a slip, not a wish for nothing. */
function filled(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

function parts(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

export type Reading = { readonly isValid: true; readonly value: unknown } | { readonly isValid: false };

export function readText(option: Option, text: string): Reading {
  return check(option, READERS[option.kind](text));
}

/** In a file a value stands as itself, or as the text that it would be on the command line. */
export function readJson(option: Option, value: unknown): Reading {
  return typeof value === "string" ? readText(option, value) : check(option, value);
}

function check(option: Option, value: unknown): Reading {
  const parsed = option.schema.safeParse(value);
  // An optional schema takes undefined, which here would be a value that was given and is none.
  return parsed.success && value !== undefined ? { isValid: true, value: parsed.data } : { isValid: false };
}
