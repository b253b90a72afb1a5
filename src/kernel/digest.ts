// Content keys: the same content gives the same key on every node, whatever the order of an object's fields.
import { createHash, type Hash } from "node:crypto";

/**
 * SHA-256 (hex, first 128 bits) of a JSON-like value with typed arrays. Numbers are hashed by their bits, so that −0, NaN
 * and infinities count; `undefined` fields are left out, as on the wire.
 * @throws TypeError for a function, symbol or bigint, and for an object whose content is not in its fields, like a Date or a Map
 */
export function contentDigest(value: unknown): string {
  const hash = createHash("sha256");
  feed(hash, value);
  return hash.digest("hex").slice(0, 32);
}

function feed(hash: Hash, value: unknown): void {
  if (value === null || value === undefined) hash.update("n;");
  else if (typeof value === "number") hash.update(Object.is(value, -0) ? "d-0;" : `d${value};`);
  else if (typeof value === "string") feedString(hash, value);
  else if (typeof value === "boolean") hash.update(value ? "t;" : "f;");
  else if (ArrayBuffer.isView(value)) feedBytes(hash, value);
  else if (Array.isArray(value)) {
    hash.update(`a${value.length}:`);
    for (const item of value as unknown[]) feed(hash, item);
  } else if (Object.prototype.toString.call(value) === "[object Object]") {
    feedObject(hash, value as Record<string, unknown>);
  } else throw new TypeError(`${Object.prototype.toString.call(value)} has no content digest`);
}

/** By code units: in UTF-8 all unpaired surrogates are the same. */
function feedString(hash: Hash, text: string): void {
  hash.update(`s${text.length}:`).update(text, "utf16le");
}

function feedBytes(hash: Hash, view: ArrayBufferView): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  hash.update(`b${view.constructor.name}${view.byteLength}:`).update(bytes);
}

function feedObject(hash: Hash, value: Record<string, unknown>): void {
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  hash.update(`o${names.length}:`);
  for (const name of names) {
    feedString(hash, name);
    feed(hash, value[name]);
  }
}
