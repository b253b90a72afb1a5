import fc from "fast-check";
import { describe, expect } from "vitest";
import { EnvelopeSchema, isPlainlyEnvelope } from "../../../src/contracts/envelope.js";
import { PRIORITIES } from "../../../src/contracts/priority.js";
import { property } from "../../support/property.js";

const plain = fc.record({
  specversion: fc.constant("1.0"),
  id: fc.string({ minLength: 1, maxLength: 128 }),
  source: fc.string({ minLength: 1, maxLength: 128 }),
  type: fc.string({ minLength: 1, maxLength: 128 }),
  time: fc
    .date({ min: new Date(0), max: new Date("2999-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  priority: fc.constantFrom(...PRIORITIES),
  incarnation: fc.nat(),
  sequence: fc.integer(),
  data: fc.jsonValue(),
});

/** Near enough to be wrong in one place only. */
const wrong = fc.oneof(
  fc.constantFrom(undefined, null, "", "1.1", -1, 0.5, Number.NaN, 2 ** 60, "toString", [], {}, "x".repeat(129)),
  fc.constantFrom("2026-02-30T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01"),
  fc.jsonValue(),
);
const attributes = [
  ...["specversion", "id", "source", "type", "time", "priority", "incarnation", "sequence", "subject"],
  ...["dataschema", "correlationid", "causationid", "deadline", "traceparent"],
];

describe("what is plainly an envelope", () => {
  property([plain, fc.constantFrom(...attributes), wrong])("is one to the schema as well", (envelope, name, value) => {
    const changed = { ...envelope, [name]: value };
    if (isPlainlyEnvelope(changed)) expect(EnvelopeSchema.parse(changed)).toEqual(changed);
  });

  property([plain])("is what nodes send, but for the last days of a month", (envelope) => {
    const day = Number(envelope.time.slice(8, 10));
    expect(isPlainlyEnvelope(envelope)).toBe(day <= 28);
  });
});
