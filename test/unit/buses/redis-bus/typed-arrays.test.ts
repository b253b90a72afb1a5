import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liftArrays, lowerArrays } from "../../../../src/buses/redis-bus/typed-arrays.js";
import { difference } from "../../../contract/bus/payloads.js";
import { codeOf } from "./support/error-code.js";
import { payload, typedArray } from "./support/payloads.js";

const step = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "length", "a", "b"),
  fc.nat(3),
  fc.string({ maxLength: 3 }),
);
const kind = fc.oneof(
  fc.constantFrom("Float64Array", "Uint8Array", "BigInt64Array", "DataView", "Array", "__proto__", "constructor", ""),
  fc.string({ maxLength: 12 }),
);

describe("typed arrays within data", () => {
  it("are as they were after a way through JSON, wherever they lie", () => {
    fc.assert(
      fc.property(payload, (data) => {
        const { value, arrays } = liftArrays(data);
        let back: unknown = JSON.parse(JSON.stringify(value));
        for (const array of arrays) back = lowerArrays(back, { ...array, bytes: Buffer.from(array.bytes) });
        expect(difference(back, data)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it("leave the data alone, and are not copied", () => {
    fc.assert(
      fc.property(typedArray, (array) => {
        const data = Object.freeze({ rows: Object.freeze([Object.freeze({ array }), 7]) });
        const { value, arrays } = liftArrays(data);
        expect(value).toEqual({ rows: [{ array: null }, 7] });
        expect(data.rows[0]).toEqual({ array });
        expect(arrays).toMatchObject([{ kind: array.constructor.name, path: ["rows", 0, "array"] }]);
        expect(arrays[0]?.bytes.buffer).toBe(array.buffer);
      }),
    );
    const none = { a: [1, { b: "c" }] };
    expect(liftArrays(none).value).toBe(none);
  });

  it("come back with memory of their own where they lay within that of others, and at their right place", () => {
    fc.assert(
      fc.property(typedArray, fc.nat(9), (array, offset) => {
        const around = Buffer.alloc(1024);
        const bytes = Buffer.from(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
        bytes.copy(around, offset);
        const lifted = {
          kind: array.constructor.name,
          path: [],
          bytes: around.subarray(offset, offset + bytes.length),
        };
        const back = lowerArrays(null, lifted) as NodeJS.TypedArray;
        expect(difference(back, array)).toBeUndefined();
        expect(back.buffer).not.toBe(around.buffer);
      }),
    );
  });

  it("of a kind or at a path that does not exist are refused with INVALID_INPUT and change nothing", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(step, { maxLength: 4 }),
        kind,
        fc.uint8Array(),
        (data, path, name, bytes) => {
          let lowered: unknown;
          try {
            lowered = lowerArrays(data, { kind: name, path, bytes });
          } catch (error) {
            expect(codeOf(error)).toBe("INVALID_INPUT");
            return;
          }
          const holder = path
            .slice(0, -1)
            .reduce<unknown>((at, each) => (at as Record<string, unknown>)[each], lowered);
          const last = path.at(-1);
          const at = last === undefined ? lowered : (holder as Record<string, unknown>)[last];
          expect(ArrayBuffer.isView(at)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(ArrayBuffer.isView((Object.prototype as unknown as Record<string, unknown>)["constructor"])).toBe(false);
  });

  it("are not looked for without end in data that holds itself, nor in views that have no form", () => {
    const cycle: Record<string, unknown> = {};
    cycle["again"] = [cycle];
    expect(() => liftArrays(cycle)).toThrow(RangeError);
    expect(() => liftArrays({ view: new DataView(new ArrayBuffer(8)) })).toThrow(RangeError);
  });
});
