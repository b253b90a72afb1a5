// One text for one value: what is hashed must not depend on the order in which fields were written.

/**
 * JSON with the fields of objects sorted by code unit and those that are undefined left out; numbers as ECMAScript writes them
 * (RFC 8785), but −0 as `-0`. What JSON cannot say stands as an object of one field: `{"$number":"NaN"}`, and
 * `{"$Float64Array":[…]}` for typed arrays; names that begin with `$` get one more, so that no two values share a text.
 * @throws TypeError for a function, symbol or bigint, for an object whose content is not in its fields, and for a circle
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** A circle ends here; nothing that is journalled is nested so deep. */
const MAX_DEPTH = 100;

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return writeNumber(value);
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "null";
    case "object":
      return value === null ? "null" : writeObject(value, depth + 1);
    default:
      throw new TypeError(`a ${typeof value} has no canonical JSON`);
  }
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return `{"$number":"${value}"}`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function writeObject(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError(`nested more than ${MAX_DEPTH} deep, or in a circle: no canonical JSON`);
  if (Array.isArray(value)) return writeList(value, depth);
  if (ArrayBuffer.isView(value)) return writeTypedArray(value, depth);
  const kind = Object.prototype.toString.call(value);
  if (kind !== "[object Object]") throw new TypeError(`${kind} has no canonical JSON`);
  return writeFields(value as Readonly<Record<string, unknown>>, depth);
}

function writeList(list: ArrayLike<unknown>, depth: number): string {
  let text = "[";
  for (let index = 0; index < list.length; index += 1) text += (index > 0 ? "," : "") + write(list[index], depth);
  return `${text}]`;
}

function writeTypedArray(view: ArrayBufferView, depth: number): string {
  if (view instanceof DataView || view instanceof BigInt64Array || view instanceof BigUint64Array) {
    throw new TypeError(`a ${view.constructor.name} has no canonical JSON`);
  }
  return `{"$${view.constructor.name}":${writeList(view as unknown as ArrayLike<unknown>, depth)}}`;
}

function writeFields(fields: Readonly<Record<string, unknown>>, depth: number): string {
  let text = "{";
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name];
    if (value === undefined) continue;
    const quoted = JSON.stringify(name.startsWith("$") ? `$${name}` : name);
    text += `${text.length > 1 ? "," : ""}${quoted}:${write(value, depth)}`;
  }
  return `${text}}`;
}
