import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  framed,
  readBatch,
  readFramed,
  writeHead,
  writeMessage,
  type Batch,
  type WireMessage,
} from "../../../../src/buses/redis-bus/wire.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { difference } from "../../../contract/bus/payloads.js";
import { codeOf } from "./support/error-code.js";
import { messageOf } from "./support/message.js";
import { payload } from "./support/payloads.js";

const envelopes: fc.Arbitrary<Envelope[]> = fc.array(
  fc
    .tuple(fc.nat(), payload, fc.option(fc.string({ maxLength: 16 }), { nil: undefined }))
    .map(([sequence, data, subject]) => ({
      ...messageOf("wire", sequence, { data }),
      data,
      ...(subject !== undefined && { subject }),
    })),
  { maxLength: 4 },
);

function written(messages: readonly Envelope[]): { head: string; wires: WireMessage[]; attachments: Buffer[] } {
  const wires = messages.map(writeMessage);
  const attachments = wires.flatMap(({ arrays }) => arrays.map(({ bytes }) => Buffer.from(bytes)));
  return { head: writeHead({ from: "a~1", sequence: 3 }, wires), wires, attachments };
}

function expectSame(batch: Batch, messages: readonly Envelope[]): void {
  expect(batch).toMatchObject({ from: "a~1", sequence: 3 });
  expect(batch.messages).toHaveLength(messages.length);
  for (const [index, message] of messages.entries()) {
    expect(difference(batch.messages[index], message)).toBeUndefined();
  }
}

/** Reads to a batch, or is refused as input. */
function expectNoOtherEnd(read: () => Batch): void {
  try {
    expect(Array.isArray(read().messages)).toBe(true);
  } catch (error) {
    expect(codeOf(error)).toBe("INVALID_INPUT");
  }
}

describe("a batch on the wire", () => {
  it("is read as it was written, with its arrays beside it", () => {
    fc.assert(
      fc.property(envelopes, (messages) => {
        const { head, attachments } = written(messages);
        expectSame(readBatch(head, attachments), messages);
      }),
      { numRuns: 500 },
    );
  });

  it("is read as it was written, in one frame", () => {
    fc.assert(
      fc.property(envelopes, fc.nat(7), (messages, offset) => {
        const { head, wires } = written(messages);
        const frame = Buffer.from(framed(head, wires));
        // As it lies within what came over a connection.
        const received = Buffer.concat([Buffer.alloc(offset), frame]).subarray(offset);
        expectSame(readFramed(received), messages);
      }),
      { numRuns: 500 },
    );
  });

  it("tells along what its sender is done with, and refuses what is no such list", () => {
    const done = fc.array(fc.tuple(fc.string(), fc.string(), fc.integer({ min: 1 })), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(done, (told) => {
        expect(readBatch(writeHead({ from: "a~1", sequence: 1 }, [], JSON.stringify(told)), []).done).toEqual(told);
      }),
    );
    for (const wrong of [{}, [1], [["a~1", "topic"]], [["a~1", "topic", 0]], [["a~1", "topic", 1.5]], [["a~1", 1, 1]]])
      expect(() => readBatch(writeHead({ from: "a~1", sequence: 1 }, [], JSON.stringify(wrong)), [])).toThrow(/done/);
  });

  it("that is cut off, or of which bytes are others, is INVALID_INPUT or another batch, and nothing else", () => {
    const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(envelopes, damage, fc.double({ min: 0, max: 1, noNaN: true }), (messages, hits, length) => {
        const { head, wires, attachments } = written(messages);
        for (const whole of [Buffer.from(head), Buffer.from(framed(head, wires))]) {
          const broken = Buffer.from(whole.subarray(0, Math.ceil(whole.length * Math.max(length, 0.5))));
          for (const [at, byte] of hits) broken[Math.floor(at * (broken.length - 1))] = byte;
          expectNoOtherEnd(() => readFramed(broken));
          expectNoOtherEnd(() => readBatch(broken.toString("utf8"), attachments));
          expectNoOtherEnd(() => readBatch(head, attachments.slice(1)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("of any bytes, or any JSON, is INVALID_INPUT and nothing else", () => {
    const buffers = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
    const frames = buffers.map((bytes) => Buffer.concat([Buffer.alloc(4), bytes]));
    const json = fc.json().map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.oneof(buffers, frames, json), fc.array(buffers, { maxLength: 3 }), (bytes, attachments) => {
        expectNoOtherEnd(() => readFramed(bytes));
        expect(() => readBatch(bytes.toString("utf8"), attachments)).toThrow(
          expect.objectContaining({ code: "INVALID_INPUT" }) as Error,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("whose arrays have no place is INVALID_INPUT, and changes no object that all share", () => {
    const step = fc.oneof(fc.constantFrom("__proto__", "constructor", "prototype", "a"), fc.nat(2));
    const array = fc.tuple(fc.nat(2), fc.constantFrom("Uint8Array", "__proto__", "Float64Array"), fc.array(step));
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(array, { minLength: 1, maxLength: 3 }), (data, arrays) => {
        const head = { format: 1, from: "a~1", sequence: 1, messages: [messageOf("x", 0, { data: [data] })], arrays };
        const attachments = arrays.map(() => Buffer.alloc(8));
        expectNoOtherEnd(() => readBatch(JSON.stringify(head), attachments));
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });
});

describe("a message that cannot be written", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const DATA: Readonly<Record<string, unknown>> = {
    "a cycle": cycle,
    "a bigint": { count: 1n },
    "a view without a form": { view: new DataView(new ArrayBuffer(8)) },
    "a member that throws": {
      get price(): number {
        throw new Error("no price");
      },
    },
  };

  for (const [what, data] of Object.entries(DATA)) {
    it(`for ${what} in its data is refused with INVALID_INPUT, by its id`, () => {
      const write = (): unknown => writeMessage({ ...messageOf("x", 1), data });
      expect(write).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
      expect(write).toThrow(/x-1/);
    });
  }

  const PARTS: Readonly<Record<string, Partial<Record<keyof Envelope, unknown>>>> = {
    "a subject that is too long": { subject: "x".repeat(129) },
    "a time that is none": { time: "yesterday" },
    "a priority that is none": { priority: "utmost" },
    "a number that is none": { incarnation: Number.NaN },
  };

  for (const [what, parts] of Object.entries(PARTS)) {
    it(`for ${what} is refused with INVALID_INPUT, before it spoils what travels with it`, () => {
      const write = (): unknown => writeMessage({ ...messageOf("x", 1), ...parts } as Envelope);
      expect(write).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
      expect(write).toThrow(new RegExp(`x-1.*${Object.keys(parts).join("")}`));
    });
  }
});
