import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  AnswerPacketSchema,
  arePlainlyAnswers,
  arePlainlyCalls,
  CallPacketSchema,
  MOST_OF_PACKET,
} from "../../../../src/actors/remote-calls/packets.js";
import { PRIORITIES } from "../../../../src/contracts/priority.js";
import { property } from "../../../support/property.js";

const name = fc.string({ minLength: 1, maxLength: 128 });
const inputs = fc.dictionary(
  fc.string().filter((key) => key !== "__proto__"),
  fc.jsonValue(),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const strings = fc.array(fc.string(), { maxLength: 2 });
const recipe = fc.record({
  operationId: fc.string(),
  key: fc.string(),
  needs: fc.array(fc.record({ product: fc.string(), key: fc.string() }), { maxLength: 2 }),
});
const making = fc.record({ ms: fc.double({ min: 0, max: 1e9, noNaN: true }), missedBy: strings });
const step = fc.record({
  kind: fc.constantFrom("make", "fetch"),
  recipe,
  runId: fc.string(),
  cookbook: fc.record({
    facts: fc.array(fc.record({ key: fc.string(), value: fc.jsonValue() }), { maxLength: 2 }),
    made: fc.array(fc.record({ recipe, holders: strings, making }, { requiredKeys: ["recipe", "holders"] }), {
      maxLength: 2,
    }),
  }),
});
const call = fc.tuple(
  fc.maxSafeNat(),
  finite,
  fc.string(),
  fc.oneof(fc.record({ kind: fc.constant("operation"), inputs }), step),
);
const group = fc.record({
  instanceId: fc.string(),
  operationId: fc.string(),
  consumer: fc.string(),
  priority: fc.constantFrom(...PRIORITIES),
  calls: fc.array(call, { minLength: 1, maxLength: 3 }),
});
const calls = fc.record({
  replyTo: name,
  asker: name,
  incarnation: fc.nat(),
  groups: fc.array(group, { minLength: 1, maxLength: 3 }),
});
const answer = fc.tuple(fc.maxSafeNat(), fc.option(fc.nat()), fc.jsonValue());
const answers = fc.record({
  asker: name,
  answers: fc.array(answer, { minLength: 1, maxLength: 3 }),
  failures: fc.constant([]),
});

const wrong = fc.oneof(
  fc.constantFrom(undefined, null, "", -1, 0.5, Number.NaN, "toString", [], {}, "x".repeat(129)),
  fc.constantFrom({ kind: "operation" }, { kind: "operation", inputs: [] }, { kind: "make", inputs: {} }),
  fc.constantFrom({ ms: -1, missedBy: [] }, { ms: Number.POSITIVE_INFINITY, missedBy: [] }, { recipe: {} }, [{}]),
  fc.constant(Array.from({ length: MOST_OF_PACKET + 1 }, () => [1, null, 2])),
  fc.jsonValue(),
);

/** The value with one part of it, anywhere, replaced. */
function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
  if (typeof value !== "object" || value === null || path.length === 0) return by;
  const keys = Object.keys(value);
  const [first = 0, ...rest] = path;
  const key = keys[first % Math.max(1, keys.length)] ?? "0";
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const path = fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 6 });

describe("what are plainly calls", () => {
  property([calls, path, wrong], { numRuns: 1_000 })("are calls to the schema as well", (packet, where, value) => {
    const changed = replaced(packet, where, value);
    if (arePlainlyCalls(changed)) expect(CallPacketSchema.parse(changed)).toMatchObject(changed);
  });

  property([calls])("are those of operations", (packet) => {
    expect(arePlainlyCalls(packet)).toBe(true);
  });
});

describe("what are plainly answers", () => {
  property([answers, path, wrong], { numRuns: 1_000 })("are answers to the schema as well", (packet, where, value) => {
    const changed = replaced(packet, where, value);
    if (arePlainlyAnswers(changed)) expect(AnswerPacketSchema.parse(changed)).toMatchObject(changed);
  });

  property([answers])("are those that are values", (packet) => {
    expect(arePlainlyAnswers(packet)).toBe(true);
  });
});
