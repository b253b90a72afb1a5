// Payloads that a bus must carry unchanged, and what unchanged means.

/** Typed arrays at their edges. */
export const TYPED_ARRAYS: Readonly<Record<string, () => NodeJS.TypedArray>> = {
  "a Float64Array with NaN, infinities and both zeros": () =>
    new Float64Array([Number.NaN, Infinity, -Infinity, -0, 0, 1 / 3, Number.MIN_VALUE, -Number.MAX_VALUE]),
  "a Float32Array with NaN, infinities and both zeros": () =>
    new Float32Array([Number.NaN, Infinity, -Infinity, -0, 0, 0.1]),
  "an empty Float64Array": () => new Float64Array(0),
  "an Int32Array at its limits": () => new Int32Array([-(2 ** 31), -1, 0, 1, 2 ** 31 - 1]),
  "a Uint8Array that begins inside its buffer": () => new Uint8Array(bytes(64).buffer, 3, 17),
  "a Float64Array that is part of a longer one": () => Float64Array.from({ length: 32 }, (_, i) => i).subarray(5, 9),
  "a Float64Array of 10 MB": () =>
    Float64Array.from({ length: 1_310_720 }, (_, i) => (i % 7 === 0 ? -0 : Math.sqrt(i))),
};

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 37) % 256);
}

/**
 * Where two payloads differ, as a path; undefined where they are the same. Typed arrays by kind, length and values (NaN is
 * NaN whatever its bits, −0 is not 0), wherever they lie in their buffers; everything else as JSON has it.
 */
export function difference(a: unknown, b: unknown, path = "data"): string | undefined {
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return sameTypedArray(a, b) ? undefined : path;
  if (!isObject(a) || !isObject(b)) return JSON.stringify(a) === JSON.stringify(b) ? undefined : path;
  if (Array.isArray(a) !== Array.isArray(b)) return path;
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[name], b[name], `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameTypedArray(a: unknown, b: unknown): boolean {
  if (!isTypedArray(a) || !isTypedArray(b)) return false;
  if (a.constructor !== b.constructor || a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!Object.is(a[index], b[index])) return false;
  return true;
}

function isTypedArray(value: unknown): value is NodeJS.TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
