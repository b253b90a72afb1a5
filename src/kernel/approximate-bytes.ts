// About how much memory a value holds: enough to keep a cache within a budget.

const HEAD_BYTES = 64;
const NUMBER_BYTES = 8;

/** Typed arrays and strings by their length, numbers in plain arrays as doubles, everything else by a flat guess a field. */
export function approximateBytes(value: unknown): number {
  if (typeof value === "string") return HEAD_BYTES + 2 * value.length;
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  if (ArrayBuffer.isView(value)) return HEAD_BYTES + value.byteLength;
  let bytes = HEAD_BYTES;
  if (Array.isArray(value)) for (const item of value) bytes += NUMBER_BYTES + approximateBytes(item);
  // Not Object.values: a list for each object.
  else for (const name in value) bytes += NUMBER_BYTES + approximateBytes((value as Record<string, unknown>)[name]);
  return bytes;
}
