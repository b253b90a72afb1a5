// Content keys: the same content gives the same key on every node, whatever the order of an object's fields.
import { ContentHash } from "./content-hash.js";

/**
 * SHA-256 (hex, first 128 bits) of a JSON-like value with typed arrays. Numbers are hashed by their bits, so that −0, NaN
 * and infinities count; `undefined` fields are left out, as on the wire.
 * @throws TypeError for a function, symbol or bigint, and for an object whose content is not in its fields, like a Date or a Map
 */
export function contentDigest(value: unknown): string {
  const content = new ContentHash();
  feed(content, value);
  return content.hex().slice(0, 32);
}

function feed(to: ContentHash, value: unknown): void {
  if (value === null || value === undefined) to.ascii("n;");
  else if (typeof value === "number") to.ascii(Object.is(value, -0) ? "d-0;" : `d${value};`);
  else if (typeof value === "string") feedString(to, value);
  else if (typeof value === "boolean") to.ascii(value ? "t;" : "f;");
  else if (ArrayBuffer.isView(value)) feedBytes(to, value);
  else if (Array.isArray(value)) {
    to.ascii(`a${value.length}:`);
    for (const item of value as unknown[]) feed(to, item);
  } else if (Object.prototype.toString.call(value) === "[object Object]") {
    feedObject(to, value as Record<string, unknown>);
  } else throw new TypeError(`${Object.prototype.toString.call(value)} has no content digest`);
}

/** By code units: in UTF-8 all unpaired surrogates are the same. */
function feedString(to: ContentHash, text: string): void {
  to.ascii(`s${text.length}:`);
  to.utf16(text);
}

function feedBytes(to: ContentHash, view: ArrayBufferView): void {
  to.ascii(`b${view.constructor.name}${view.byteLength}:`);
  to.raw(view);
}

function feedObject(to: ContentHash, value: Record<string, unknown>): void {
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  to.ascii(`o${names.length}:`);
  for (const name of names) {
    feedString(to, name);
    feed(to, value[name]);
  }
}
