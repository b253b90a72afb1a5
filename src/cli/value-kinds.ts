// The values of an option, by the JSON Schema of its zod schema: how text becomes one, what stands for one in the help, and what is
// expected where one does not fit. What JSON Schema does not tell of texts, their metadata do: `placeholder` and `expects`.
import { z } from "zod";

/** What is read of a JSON Schema, with the metadata of its zod schema. */
export interface Form {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Form;
  readonly maxItems?: number;
  readonly propertyNames?: Form;
  readonly additionalProperties?: Form;
  readonly anyOf?: readonly Form[];
  readonly default?: string | number | boolean | object;
  readonly description?: string;
  readonly heading?: string;
  readonly placeholder?: string;
  readonly expects?: string;
  /** Of an option that stands on the command line alone, neither in the environment nor in the configuration file. */
  readonly flagOnly?: true;
}

export function formOf(schema: z.ZodType): Form {
  return z.toJSONSchema(schema, { io: "input" }) as Form;
}

/** Stands for a value in the help. */
export function placeholderOf(form: Form = {}): string {
  return form.placeholder ?? kindOf(form).placeholder(form);
}

/** What a value must be, in words that follow "expected". */
export function expectsOf(form: Form = {}): string {
  const { type, maxItems, expects = kindOf(form).expects(form) } = form;
  if (type !== "array" && type !== "object") return expects;
  return `${expects} (${maxItems === undefined ? "several are" : `up to ${maxItems},`} separated by commas)`;
}

/** Text that is no value of its kind stays text, which the schema refuses. */
export function valueOf(text: string, form: Form = {}): unknown {
  return kindOf(form).read(text, form);
}

interface Kind {
  readonly placeholder: (form: Form) => string;
  readonly expects: (form: Form) => string;
  readonly read: (text: string, form: Form) => unknown;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const PAIR = /^([^=]*?)\s*=\s*(.*)$/s;
/** A key of that name would be lost on the way, not refused. */
const LOST_NAME = "__proto__";
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

const KINDS = {
  string: { placeholder: () => "TEXT", expects: () => "a text", read: (text) => text },
  date: { placeholder: () => "DATE", expects: () => "a date, like 2018-01-05", read: (text) => text },
  choice: {
    placeholder: (form) => choices(form).join("|"),
    expects: (form) => (choices(form).length === 1 ? "" : "one of ") + choices(form).join(", "),
    read: (text) => text,
  },
  number: { placeholder: () => "X", expects: (form) => `a number${limits(form)}`, read: numberOf },
  integer: { placeholder: () => "N", expects: (form) => `a whole number${limits(form)}`, read: numberOf },
  boolean: {
    placeholder: () => "",
    expects: ({ const: only }) => (only === undefined ? "true or false" : "no value"),
    read: (text) => FLAGS.get(text.toLowerCase()) ?? text,
  },
  array: {
    placeholder: ({ items }) => `${placeholderOf(items)},…`,
    expects: ({ items }) => expectsOf(items),
    read: (text, { items }) => {
      const values = parts(text).map((part) => valueOf(part, items));
      // Nothing named is a slip, not a wish for nothing.
      return values.length === 0 ? text : values;
    },
  },
  object: {
    placeholder: (form) => `${pairOf(form)},…`,
    expects: (form) => {
      const [name, value] = [form.propertyNames, form.additionalProperties];
      const where = `${placeholderOf(name)} is ${expectsOf(name)}, and ${placeholderOf(value)} ${expectsOf(value)}`;
      return `${pairOf(form)}, where ${where}`;
    },
    read: (text, { additionalProperties }) => {
      const pairs = parts(text).map((part): [string, unknown] => {
        const [, name = LOST_NAME, value = ""] = PAIR.exec(part) ?? [];
        return [name, valueOf(value, additionalProperties)];
      });
      return pairs.some(([name]) => name === LOST_NAME) ? text : Object.fromEntries(pairs);
    },
  },
  union: {
    placeholder: (form) => sayable(form).map(placeholderOf).join("|"),
    expects: (form) => sayable(form).map(expectsOf).join(", or "),
    read: (text, form) =>
      sayable(form)
        .map((member) => valueOf(text, member))
        .find((value) => value !== text) ?? text,
  },
} as const satisfies Readonly<Record<string, Kind>>;

function kindOf({ anyOf, type = "string", enum: names, const: only, format }: Form): Kind {
  if (anyOf !== undefined) return KINDS.union;
  if (type !== "boolean" && (names !== undefined || only !== undefined)) return KINDS.choice;
  return KINDS[format === "date" ? format : (type as keyof typeof KINDS)];
}

function choices({ enum: names, const: only }: Form): readonly string[] {
  return names ?? [String(only)];
}

/** A union's `false` or `null` is for programs and files: no text means it. */
function sayable({ anyOf = [] }: Form): readonly Form[] {
  return anyOf.filter(({ type }) => type !== "boolean" && type !== "null");
}

function pairOf({ propertyNames, additionalProperties }: Form): string {
  return `${placeholderOf(propertyNames)}=${placeholderOf(additionalProperties)}`;
}

function numberOf(text: string): unknown {
  return NUMBER.test(text) ? Number(text) : text;
}

function limits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Form): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${plain(minimum)} to ${plain(maximum)}`;
  const ends = { above: exclusiveMinimum, "at least": minimum, below: exclusiveMaximum, "at most": maximum };
  const said = Object.entries(ends).flatMap(([word, end]) => (end === undefined ? [] : `${word} ${plain(end)}`));
  return said.length === 0 ? "" : ` ${said.join(", ")}`;
}

/** 1e15 is sooner read than its zeros. */
function plain(value: number): string {
  return value < 1e12 ? String(value) : value.toExponential().replace("+", "");
}

function parts(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
