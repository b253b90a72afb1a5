// One option's value, from the text of a flag or a variable, or from the JSON of a file.
import type { Option, OptionKind } from "./option.js";

/** Text that is no value of the kind becomes this, which no schema takes. */
const NO_VALUE = Symbol("no value");

const READERS: Readonly<Record<OptionKind, (text: string) => unknown>> = {
  text: (text) => text,
  number: (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text),
  flag: (text) => ({ true: true, "1": true, yes: true, false: false, "0": false, no: false })[text.toLowerCase()] ?? NO_VALUE,
  list: (text) => parts(text),
  counts: (text) => {
    const pairs = parts(text).map((part) => /^([^=]+)=(.+)$/.exec(part)?.slice(1) ?? [part, ""]);
    return Object.fromEntries(pairs.map(([name, count]) => [name, READERS.number(count ?? "")]));
  },
};

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
  if (typeof value === "string") return readText(option, value);
  const isListOfOne = option.kind === "list" && !Array.isArray(value);
  return isListOfOne ? { isValid: false } : check(option, value);
}

function check(option: Option, value: unknown): Reading {
  const parsed = option.schema.safeParse(value);
  // An optional schema takes undefined, which here would be a value that was given and is none.
  return parsed.success && value !== undefined ? { isValid: true, value: parsed.data } : { isValid: false };
}
