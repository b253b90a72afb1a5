// What can be written as JSON, and what of a value cannot. Engines' values come from code that nobody here has seen.

/** Deeper than that, writing a value as JSON may exhaust the stack. */
const MAX_DEPTH = 200;
/** Values in one copy; what is shared by many of its parents is copied, and counted, once for each. */
const MAX_VALUES = 100_000;
const LEFT_OUT = "[left out: too large]";

export interface CopyLimits {
  /** In the whole copy; default 100,000. */
  readonly maxValues?: number;
  /** Characters of all texts together; default any number. */
  readonly maxCharacters?: number;
}

/**
 * A copy that is JSON: what is none stands in it as a text that says what it was, and so does what is beyond the limits.
 * Never throws.
 */
export function jsonCopy(value: unknown, limits: CopyLimits = {}): unknown {
  return new Copying(limits).copy(value);
}

class Copying {
  readonly #within = new Set<object>();
  #left: number;
  #charactersLeft: number;

  constructor({ maxValues = MAX_VALUES, maxCharacters = Infinity }: CopyLimits) {
    this.#left = maxValues;
    this.#charactersLeft = maxCharacters;
  }

  copy(value: unknown): unknown {
    this.#left -= 1;
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return this.#copyText(value);
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "bigint") return this.#copyText(String(value));
    if (typeof value === "undefined") return String(value);
    if (typeof value !== "object") return `[${typeof value}]`;
    if (this.#within.has(value)) return "[circular]";
    if (this.#within.size >= MAX_DEPTH || this.#left < 0) return LEFT_OUT;
    this.#within.add(value);
    try {
      return this.#copyObject(value);
    } catch {
      return "[unreadable]";
    } finally {
      this.#within.delete(value);
    }
  }

  #copyObject(value: object): unknown {
    if (hasToJson(value)) return this.copy(value.toJSON());
    if (value instanceof Error) return this.copy(value.message);
    if (Array.isArray(value) || ArrayBuffer.isView(value))
      return this.#copyList(value as unknown as ArrayLike<unknown>);
    const kind = Object.prototype.toString.call(value);
    if (kind !== "[object Object]") return kind;
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    if (fields.length > this.#left) return LEFT_OUT;
    return Object.fromEntries(fields.map(([name, field]) => [this.#copyText(name), this.copy(field)]));
  }

  #copyText(text: string): string {
    const left = Math.max(0, this.#charactersLeft);
    this.#charactersLeft -= text.length;
    return text.length <= left ? text : `${text.slice(0, left)}… [${text.length} characters]`;
  }

  #copyList(list: ArrayLike<unknown>): unknown {
    return list.length > this.#left ? LEFT_OUT : Array.from(list, (item) => this.copy(item));
  }
}

/** Where a value cannot be written as JSON, in words; undefined where it can. */
export function jsonObstacle(value: unknown): string | undefined {
  return obstacleIn(value, [], new Set());
}

function obstacleIn(value: unknown, path: readonly string[], within: Set<object>): string | undefined {
  const where = path.length === 0 ? "its value" : path.join(".");
  if (typeof value === "bigint") return `${where} is a bigint`;
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return `${where} holds bigints`;
  if (ArrayBuffer.isView(value)) return undefined;
  if (within.has(value)) return `${where} holds itself`;
  if (within.size >= MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
  within.add(value);
  try {
    if (hasToJson(value)) return obstacleIn(value.toJSON(), path, within);
    return obstacleInFields(value, path, within);
  } catch {
    return `${where} cannot be read`;
  } finally {
    within.delete(value);
  }
}

function obstacleInFields(value: object, path: readonly string[], within: Set<object>): string | undefined {
  // By index: the names of a long list's items would weigh more than the list.
  const names = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const name of names) {
    const field = (value as Readonly<Record<string | number, unknown>>)[name];
    if (typeof field === "number" || typeof field === "string") continue;
    const obstacle = obstacleIn(field, [...path, String(name)], within);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}
