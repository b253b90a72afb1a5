import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readEvent, writeEvent, type ArrayField } from "../../../../src/buses/bridge/bridge-event.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { float64Array, product, type Product } from "../../../../src/contracts/product.js";

const Signal = product("test.signal", {
  version: 1,
  channel: "engineLogic",
  description: "A number of a symbol.",
  schema: z.object({ symbol: z.string(), strength: z.number() }),
});
const Tensor = product("test.tensor", {
  version: 1,
  channel: "neuralGpu",
  description: "Numbers with a shape.",
  schema: z.object({ "of/a~b": z.object({ values: float64Array() }), counts: z.instanceof(Int32Array).optional() }),
});

/** The least that another program has to say. */
const LEAST = {
  specversion: "1.0",
  id: "1",
  source: "tea",
  type: "test.signal@1",
  data: { symbol: "A", strength: 0.5 },
};
const WALL_MS = Date.UTC(2024, 1, 29, 12);

function read(event: unknown, of: Product = Signal, arrays: readonly ArrayField[] = []): Envelope {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  return readEvent(of, { text: Buffer.from(text), arrays, wallMs: WALL_MS });
}

describe("an event of the bridge", () => {
  it("may say no more than CloudEvents asks for", () => {
    expect(read(LEAST)).toEqual({
      ...LEAST,
      time: "2024-02-29T12:00:00.000Z",
      priority: "normal",
      incarnation: 0,
      sequence: 0,
    });
  });

  it.each([
    ["2024-02-29T13:30:00.25+01:30", "2024-02-29T12:00:00.250Z"],
    ["2024-02-29T12:00:00.123456+00:00", "2024-02-29T12:00:00.123Z"],
    ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z"],
  ])("may tell the time with any offset: %s", (time, utc) => {
    expect(read({ ...LEAST, time }).time).toBe(utc);
  });

  it("takes null for an attribute as absent, and drops what nobody knows", () => {
    const { subject, ...rest } = read({ ...LEAST, subject: null, priority: null, mood: "good", datacontenttype: null });
    expect(subject).toBeUndefined();
    expect(rest).toMatchObject({ priority: "normal" });
    expect(rest).not.toHaveProperty("mood");
  });

  it.each<[string, unknown, string]>([
    ["no text", "", "there is no event in it"],
    ["no JSON", "{", "it is no JSON"],
    ["no object", [LEAST], "it is no JSON object"],
    ["another type", { ...LEAST, type: "test.signal@2" }, "type: it is test.signal@2, and test.signal@1 goes here"],
    ["no id", { ...LEAST, id: undefined }, "id: "],
    ["an id that is too long", { ...LEAST, id: "x".repeat(129) }, "id: "],
    ["another CloudEvents", { ...LEAST, specversion: "0.3" }, "specversion: "],
    ["no time of any clock", { ...LEAST, time: "2024-02-30T12:00:00Z" }, "time: "],
    ["a strange priority", { ...LEAST, priority: "urgent" }, "priority: "],
    ["bytes for data", { ...LEAST, data: undefined, data_base64: "AAAA" }, "data_base64: "],
    ["another content", { ...LEAST, datacontenttype: "text/plain" }, "datacontenttype: "],
    ["no data", { ...LEAST, data: undefined }, "data: "],
    ["data that do not fit", { ...LEAST, data: { symbol: "A", strength: null } }, "data.strength: "],
  ])("is refused with %s", (_, event, why) => {
    expect(() => read(event)).toThrow(why);
  });

  it("is refused when it is too large", () => {
    const arrays = [{ name: "mine", bytes: new Uint8Array(33 * 2 ** 20) }];
    expect(() => read(LEAST, Signal, arrays)).toThrow("bytes are more than");
  });

  it("comes back as it went, with every bit of its typed arrays", () => {
    const data = {
      "of/a~b": { values: Float64Array.of(NaN, Infinity, -Infinity, -0, 1 / 3) },
      counts: Int32Array.of(-1, 2 ** 31 - 1),
    };
    const sent = { ...read(LEAST), type: "test.tensor@1", subject: "T", data };
    const { text, arrays } = writeEvent(sent);
    expect(arrays.map(({ name }) => name)).toEqual(["float64:/data/of~1a~0b/values", "int32:/data/counts"]);
    expect(JSON.parse(text)).toMatchObject({ data: { "of/a~b": { values: null }, counts: null } });
    const back = readEvent(Tensor, { text: Buffer.from(text), arrays, wallMs: 0 });
    expect(back).toEqual(sent);
    expect(Object.is((back.data as typeof data)["of/a~b"].values[3], -0)).toBe(true);
  });

  it.each([
    ["float65:/data/counts", new Uint8Array(8), "no array is of kind float65"],
    ["int32:/data/counts", new Uint8Array(7), "7 bytes are no Int32Array"],
    ["int32:/data/nobody", new Uint8Array(8), "an array has no place at nobody"],
    ["int32:/data/__proto__", new Uint8Array(8), "an array has no place at __proto__"],
  ])("is refused with an array that is none: %s", (name, bytes, why) => {
    const event = { ...LEAST, type: "test.tensor@1", data: { "of/a~b": { values: null }, counts: null } };
    expect(() => read(event, Tensor, [{ name, bytes }])).toThrow(`${name}: ${why}`);
  });

  it("may stand beside fields of the other program's own", () => {
    expect(read(LEAST, Signal, [{ name: "trace", bytes: Buffer.from("x") }]).id).toBe("1");
  });

  it("cannot hold what JSON cannot say", () => {
    expect(() => writeEvent({ ...read(LEAST), data: { n: 1n } })).toThrow("it cannot be written: ");
    const cycle: Record<string, unknown> = {};
    cycle["cycle"] = cycle;
    expect(() => writeEvent({ ...read(LEAST), data: cycle })).toThrow("it cannot be written: ");
  });
});
