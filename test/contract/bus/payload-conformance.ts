// What is published is what is read: every attribute, and every payload with the typed arrays in it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChannelName } from "../../../src/contracts/channel.js";
import { type Envelope, EnvelopeSchema } from "../../../src/contracts/envelope.js";
import { PRIORITIES } from "../../../src/contracts/priority.js";
import { Inbox, type Scene } from "./bus-harness.js";
import { difference, TYPED_ARRAYS } from "./payloads.js";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });

const payload = fc.record({
  plain: fc.jsonValue({ maxDepth: 3 }),
  doubles: fc.float64Array(),
  nested: fc.array(fc.oneof(fc.int32Array(), fc.float32Array(), fc.uint8Array()), { maxLength: 3 }),
});

const attributes = fc.record(
  {
    type: text,
    source: text,
    subject: text,
    dataschema: text,
    correlationid: text,
    causationid: text,
    priority: fc.constantFrom(...PRIORITIES),
    deadline: fc.integer({ min: 0, max: 4e12 }),
    incarnation: fc.nat(),
    sequence: fc.maxSafeNat(),
    traceparent: fc.constant("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
  },
  { requiredKeys: ["type", "source", "priority", "incarnation", "sequence"] },
);

export function describePayloads(channel: ChannelName, scene: Scene): void {
  const carry = async (message: Envelope): Promise<Envelope> => {
    const at = { channel, topic: scene.topic() };
    const inbox = new Inbox();
    const reader = await scene.read(at, inbox.put);
    await scene.send(at, message);
    const [received] = await inbox.hold(1);
    reader.close();
    return received!;
  };

  describe("payloads", () => {
    it("carries every attribute and any payload unchanged", async () => {
      await fc.assert(
        fc.asyncProperty(attributes, payload, async (given, data) => {
          const sent: Envelope = { ...scene.message(0), ...withoutAbsent(given), data };
          const received = await carry(sent);
          expect(withoutData(EnvelopeSchema.parse(received))).toEqual(withoutData(sent));
          expect(difference(received.data, data)).toBeUndefined();
        }),
        { numRuns: 50 },
      );
    });

    for (const [name, create] of Object.entries(TYPED_ARRAYS)) {
      it(`carries ${name}`, async () => {
        const received = await carry(scene.message(0, { data: { shape: [1], values: create() } }));
        expect(difference(received.data, { shape: [1], values: create() })).toBeUndefined();
      });
    }

    it("carries an array that is the whole payload", async () => {
      const received = await carry(scene.message(0, { data: new Float64Array([1, Number.NaN]) }));
      expect(difference(received.data, new Float64Array([1, Number.NaN]))).toBeUndefined();
    });
  });
}

function withoutData(message: Envelope): Envelope {
  return { ...message, data: undefined };
}

/** fast-check types an absent key as possibly undefined. */
function withoutAbsent<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
