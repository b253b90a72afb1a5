// About how much memory a value holds: enough to keep a cache within a budget.

const HEAD_BYTES = 64;
const NUMBER_BYTES = 8;

/**
 * Typed arrays and strings by their length, numbers in plain arrays as doubles, everything else by a flat guess a field. Nothing
 * more is looked at once `enough` is reached.
 */
export function approximateBytes(value: unknown, enough = Infinity): number {
  if (typeof value === "string") return HEAD_BYTES + 2 * value.length;
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  if (ArrayBuffer.isView(value)) return HEAD_BYTES + value.byteLength;
  let bytes = HEAD_BYTES;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && bytes < enough; at += 1) {
      bytes += NUMBER_BYTES + approximateBytes(value[at], enough - bytes);
    }
    return bytes;
  }
  // Not Object.values: a list for each object.
  for (const name in value) {
    if (bytes >= enough) break;
    bytes += NUMBER_BYTES + approximateBytes((value as Record<string, unknown>)[name], enough - bytes);
  }
  return bytes;
}
