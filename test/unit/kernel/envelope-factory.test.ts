import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/contracts/clock.js";
import { EnvelopeSchema } from "../../../src/contracts/envelope.js";
import { createEnvelopeFactory, type EnvelopeFactory } from "../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../src/kernel/ids.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";

function createFactory(clock: Clock = new VirtualClock(), topics?: number): EnvelopeFactory {
  const ids = createIds(createRandom(1), "node-a.3");
  return createEnvelopeFactory({
    nodeId: "node-a",
    incarnation: 3,
    clock,
    ids,
    ...(topics !== undefined && { topics }),
  });
}

describe("createEnvelopeFactory", () => {
  it("stamps id, source, time, incarnation, sequence and a normal priority", () => {
    const clock = new VirtualClock(Date.UTC(2024, 0, 2, 3, 4, 5, 678));
    const envelope = createFactory(clock).create("engine.faulted", { reason: "test" }, { topic: "events" });
    expect(envelope).toEqual({
      specversion: "1.0",
      id: expect.stringMatching(/^msg-node-a\.3-[0-9a-z]{8}-0$/),
      source: "node-a",
      type: "engine.faulted",
      time: "2024-01-02T03:04:05.678Z",
      priority: "normal",
      incarnation: 3,
      sequence: 0,
      data: { reason: "test" },
    });
    expect(EnvelopeSchema.parse(envelope)).toEqual(envelope);
  });

  it("carries what it is told", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const given = { subject: "AAPL", priority: "high", correlationId: "c", causationId: "b", traceparent } as const;
    expect(createFactory().create("market.bar@1", 1, { topic: "bars", ...given })).toMatchObject({
      subject: "AAPL",
      priority: "high",
      correlationid: "c",
      causationid: "b",
      traceparent,
    });
  });

  it("leaves absent attributes out of the JSON", () => {
    const envelope = createFactory().create("t", 1, { topic: "t" });
    expect(Object.keys(JSON.parse(JSON.stringify(envelope)) as object)).not.toContain("subject");
  });

  it("follows the clock", async () => {
    const clock = new VirtualClock(Date.UTC(2024, 0, 1));
    const factory = createFactory(clock);
    const time = (): string => factory.create("t", 1, { topic: "t" }).time;
    expect([time(), time()]).toEqual(["2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z"]);
    await clock.advance(1500);
    expect(time()).toBe("2024-01-01T00:00:01.500Z");
  });

  it("writes any time as a date does", () => {
    const clock: Clock = {
      nowMs: () => 0,
      wallMs: () => wallMs,
      setTimeout: () => ({}),
      clearTimeout: () => undefined,
    };
    let wallMs = 0;
    const factory = createFactory(clock);
    const aroundASecond = fc.tuple(
      fc.integer({ min: -1e5, max: 1e6 }),
      fc.double({ min: -1100, max: 1100, noNaN: true }),
    );
    const times = fc.oneof(
      fc.double({ min: -8e15, max: 8e15, noNaN: true }),
      aroundASecond.map(([second, ms]) => second * 1000 + ms),
    );
    fc.assert(
      fc.property(times, (ms) => {
        wallMs = ms;
        expect(factory.create("t", 1, { topic: "t" }).time).toBe(new Date(ms).toISOString());
      }),
    );
  });

  it("turns a deadline on the node's own clock into wall time", async () => {
    const clock = new VirtualClock(Date.UTC(2024, 0, 1));
    await clock.advance(10_000);
    const { deadline } = createFactory(clock).create("t", 1, { topic: "t", deadlineMs: clock.nowMs() + 250.4 });
    expect(deadline).toBe(Date.UTC(2024, 0, 1) + 10_251);
  });

  it("counts per topic, without gaps", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c")), (topics) => {
        const factory = createFactory();
        const seen = new Map<string, number>();
        for (const topic of topics) {
          const expected = seen.get(topic) ?? 0;
          expect(factory.create("t", 1, { topic }).sequence).toBe(expected);
          seen.set(topic, expected + 1);
        }
      }),
    );
  });

  it("never goes back on a topic, though it keeps only so many", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 60 }), (topics) => {
        const factory = createFactory(new VirtualClock(), 3);
        const last = new Map<number, number>();
        for (const topic of topics) {
          const { sequence } = factory.create("t", 1, { topic: `topic-${topic}` });
          expect(sequence).toBeGreaterThan(last.get(topic) ?? -1);
          last.set(topic, sequence);
        }
      }),
    );
  });
});
