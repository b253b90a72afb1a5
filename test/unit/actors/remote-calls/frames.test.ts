import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  CallFrameSchema,
  isPlainlyAnswer,
  isPlainlyCall,
  ReplyFrameSchema,
} from "../../../../src/actors/remote-calls/frames.js";
import { PRIORITIES } from "../../../../src/contracts/priority.js";

const inputs = fc.dictionary(
  fc.string().filter((name) => name !== "__proto__"),
  fc.jsonValue(),
);
const call = fc.record({
  callId: fc.string({ minLength: 1, maxLength: 128 }),
  replyTo: fc.string({ minLength: 1, maxLength: 128 }),
  instanceId: fc.string(),
  incarnation: fc.nat(),
  operationId: fc.string(),
  request: fc.record({ kind: fc.constant("operation"), inputs }),
  priority: fc.constantFrom(...PRIORITIES),
  deadlineWallMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
  consumer: fc.string(),
  correlationId: fc.string(),
});
const answer = fc.record({ callId: fc.string(), held: fc.nat(), value: fc.jsonValue() });

const wrong = fc.oneof(
  fc.constantFrom(undefined, null, "", -1, 0.5, Number.NaN, "toString", [], {}, "x".repeat(129)),
  fc.constantFrom({ kind: "operation" }, { kind: "operation", inputs: [] }, { kind: "make", inputs: {} }),
  fc.jsonValue(),
);

describe("what is plainly a call", () => {
  test.prop([call, fc.constantFrom(...Object.keys(CallFrameSchema.shape)), wrong])(
    "is one to the schema as well",
    (frame, name, value) => {
      const changed = { ...frame, [name]: value };
      if (isPlainlyCall(changed)) expect(CallFrameSchema.parse(changed)).toMatchObject(changed);
    },
  );

  test.prop([call])("is one of an operation", (frame) => {
    expect(isPlainlyCall(frame)).toBe(true);
  });
});

describe("what is plainly an answer", () => {
  test.prop([answer, fc.constantFrom("callId", "held", "value", "error"), wrong])(
    "is one to the schema as well",
    (frame, name, value) => {
      const changed = { ...frame, [name]: value };
      if (isPlainlyAnswer(changed)) expect(ReplyFrameSchema.parse(changed)).toEqual(changed);
    },
  );

  test.prop([answer])("is one that is a value", (frame) => {
    expect(isPlainlyAnswer(frame)).toBe(true);
  });
});
