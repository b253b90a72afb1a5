// Memory that threads share, so that results cross between them without a copy. The garbage collector does not see what it
// weighs: without the ballast below a process would grow by gigabytes before anything asks for a collection.

/** Nothing as light as this is worth weighing. */
const LEAST_BYTES = 16 * 1024;
/** Results are objects of arrays of objects at most. */
const DEEPEST = 3;

/**
 * On each shared buffer that this thread can reach hangs a private one of the same size, which the collector counts. Nobody
 * ever writes to it: its pages take up addresses, not memory.
 */
const BALLAST = Symbol("ballast");

/** `length` zeros over a SharedArrayBuffer. */
export function sharedFloats(length: number): Float64Array {
  const floats = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
  return weighed(floats);
}

/** The same value; from now on the collector knows what the shared memory in it weighs. For what came from another thread. */
export function weighed<T>(value: T): T {
  weigh(value, DEEPEST);
  return value;
}

function weigh(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) weighBuffer(value.buffer);
  else if (Array.isArray(value)) {
    // An array of numbers or texts, however long, is seen by its first.
    if (depth > 0 && typeof value[0] === "object") for (const item of value) weigh(item, depth - 1);
  } else if (depth > 0) for (const field of Object.values(value)) weigh(field, depth - 1);
}

function weighBuffer(buffer: ArrayBufferLike): void {
  if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength < LEAST_BYTES || BALLAST in buffer) return;
  Object.defineProperty(buffer, BALLAST, { value: new ArrayBuffer(buffer.byteLength) });
}
