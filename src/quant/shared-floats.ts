// Where results that leave a worker thread are put, so that they cross without a copy.

/** `length` zeros over a SharedArrayBuffer. */
export function sharedFloats(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}
