// Arbitrary payloads: JSON with typed arrays anywhere, under names that objects have already.
import fc from "fast-check";

const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "0", "-1", "a.b", ""];

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 }));

const numbers = { noNaN: false, noDefaultInfinity: false } as const;

export const typedArray: fc.Arbitrary<NodeJS.TypedArray> = fc
  .oneof(
    fc.float64Array({ maxLength: 8, ...numbers }),
    fc.float32Array({ maxLength: 8, ...numbers }),
    fc.int32Array({ maxLength: 8 }),
    fc.uint32Array({ maxLength: 8 }),
    fc.int16Array({ maxLength: 8 }),
    fc.uint16Array({ maxLength: 8 }),
    fc.int8Array({ maxLength: 8 }),
    fc.uint8Array({ maxLength: 8 }),
    fc.uint8ClampedArray({ maxLength: 8 }),
    fc.bigInt64Array({ maxLength: 8 }),
    fc.bigUint64Array({ maxLength: 8 }),
  )
  .chain((array) => fc.nat(array.length).map((from) => array.subarray(from) as NodeJS.TypedArray));

/** An object with these as members of its own, whatever their names mean elsewhere. */
function objectOf(members: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [key, value] of members) {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return object;
}

export const payload: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.jsonValue({ maxDepth: 1 }),
    typedArray,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map(objectOf),
  ),
})).value;
