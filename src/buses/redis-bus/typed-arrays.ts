// Typed arrays within data: taken out before it is written as JSON, and put back after it was read.
import { NautilusError } from "../../contracts/errors.js";

type Path = readonly (string | number)[];

export interface LiftedArray {
  /** Name of the constructor. */
  readonly kind: string;
  /** Where it belongs in the data; empty where it is all of it. */
  readonly path: Path;
  /** Its own memory, not a copy. */
  readonly bytes: Uint8Array;
}

export interface Lifted {
  /** The same data, with null where a typed array was; the very same object where there was none. */
  readonly value: unknown;
  readonly arrays: readonly LiftedArray[];
}

const KINDS = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  BigInt64Array,
  BigUint64Array,
} as const;

/** Deeper data is no product; and a cycle has no end. */
const MAX_DEPTH = 64;

/** @throws RangeError for data nested deeper than 64 levels, cycles among it */
export function liftArrays(data: unknown): Lifted {
  const arrays: LiftedArray[] = [];
  return { value: lift(data, [], arrays), arrays };
}

function lift(value: unknown, path: (string | number)[], found: LiftedArray[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (path.length > MAX_DEPTH) throw new RangeError(`it is nested deeper than ${MAX_DEPTH} levels`);
  if (ArrayBuffer.isView(value)) {
    found.push({ kind: kindOf(value), path: [...path], bytes: bytesOf(value) });
    return null;
  }
  return Array.isArray(value) ? liftItems(value, path, found) : liftFields(value, path, found);
}

function liftItems(items: readonly unknown[], path: (string | number)[], found: LiftedArray[]): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (typeof item !== "object" || item === null) continue;
    path.push(index);
    const lifted = lift(item, path, found);
    path.pop();
    if (lifted !== item) (copy ??= [...items])[index] = lifted;
  }
  return copy ?? items;
}

function liftFields(fields: object, path: (string | number)[], found: LiftedArray[]): unknown {
  let copy: Record<string, unknown> | undefined;
  // Not Object.keys: a list for each object of each message.
  for (const name in fields) {
    const field: unknown = (fields as Record<string, unknown>)[name];
    if (typeof field !== "object" || field === null || !Object.hasOwn(fields, name)) continue;
    path.push(name);
    const lifted = lift(field, path, found);
    path.pop();
    if (lifted !== field) define((copy ??= { ...fields }), name, lifted);
  }
  return copy ?? fields;
}

function kindOf(view: ArrayBufferView): keyof typeof KINDS {
  const kind = Object.entries(KINDS).find(([, type]) => view instanceof type)?.[0];
  if (kind === undefined) throw new RangeError(`a ${view.constructor.name} has no form of its own`);
  return kind as keyof typeof KINDS;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}

/**
 * The data with the array at its path.
 * @throws NautilusError INVALID_INPUT for an unknown kind, a path that leads nowhere, or bytes that are no such array
 */
export function lowerArrays(data: unknown, { kind, path, bytes }: LiftedArray): unknown {
  const array = arrayOf(kind, bytes);
  const last = path.at(-1);
  if (last === undefined) return array;
  let holder: unknown = data;
  for (const step of path.slice(0, -1)) holder = ownMember(holder, step);
  if (ownMember(holder, last) !== null) throw misplaced(path);
  define(holder as object, last, array);
  return data;
}

function arrayOf(kind: string, bytes: Uint8Array): NodeJS.TypedArray {
  if (!Object.hasOwn(KINDS, kind)) throw new NautilusError("INVALID_INPUT", `not a batch: an array of kind ${kind}`);
  const type = KINDS[kind as keyof typeof KINDS];
  const { BYTES_PER_ELEMENT: width } = type;
  if (bytes.byteLength % width !== 0) {
    throw new NautilusError("INVALID_INPUT", `not a batch: ${bytes.byteLength} bytes are no ${kind}`);
  }
  // A view needs its place; and one on memory that it shares with others would keep all of it.
  const isOwn = bytes.byteOffset % width === 0 && bytes.byteLength * 2 >= bytes.buffer.byteLength;
  const { buffer, byteOffset } = isOwn ? bytes : new Uint8Array(bytes);
  return new type(buffer as ArrayBuffer, byteOffset, bytes.byteLength / width);
}

function ownMember(holder: unknown, step: string | number): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, step)) throw misplaced([step]);
  return (holder as Record<string | number, unknown>)[step];
}

/** Also under a name that assigning would take for something else. */
function define(holder: object, name: string | number, value: unknown): void {
  Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
}

function misplaced(path: Path): NautilusError {
  return new NautilusError("INVALID_INPUT", `not a batch: an array has no place at ${path.join(".")}`);
}
