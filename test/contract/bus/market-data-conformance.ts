// marketData: at most once, in order per subject; a slow reader gets the latest.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Subscription, SubscribeOptions } from "../../../src/contracts/bus.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import { type Address, eventually, Gate, Inbox, type Scene } from "./bus-harness.js";

/** A reader whose handler is stuck at its first message until the gate opens. */
interface SlowReader {
  readonly at: Address;
  readonly inbox: Inbox;
  readonly gate: Gate;
  readonly subscription: Subscription;
}

export function describeMarketData(scene: Scene): void {
  const stuck = async (options: Partial<SubscribeOptions>): Promise<SlowReader> => {
    const at: Address = { channel: "marketData", topic: scene.topic() };
    const [inbox, gate] = [new Inbox(), new Gate()];
    const read = async (message: Envelope): Promise<void> => {
      inbox.put(message);
      await gate.opened;
    };
    const subscription = await scene.read(at, read, options);
    await scene.send(at, scene.message(-1, { subject: "first" }));
    await inbox.hold(1);
    return { at, inbox, gate, subscription };
  };

  /** Publishes while the reader is stuck, lets it go, and resolves with what it read of these. */
  const overrun = async ({ at, inbox, gate, subscription }: SlowReader, messages: Envelope[]): Promise<Envelope[]> => {
    await scene.sendAll(at, messages);
    const arrived = (): number => {
      const { queued, conflated, dropped } = subscription.stats;
      return queued + conflated + dropped;
    };
    await eventually("every message has arrived", () => arrived() === messages.length);
    const kept = subscription.stats.queued;
    gate.open();
    await inbox.hold(1 + kept);
    await eventually("everything is delivered", () => subscription.stats.delivered === 1 + kept);
    subscription.close();
    return inbox.messages.slice(1);
  };

  const quotes = (subjects: readonly (string | undefined)[]): Envelope[] =>
    subjects.map((subject, sequence) => scene.message(sequence, { subject }));

  describe("marketData with a slow reader", () => {
    it("replaces what waits of the same subject once the queue is full", async () => {
      const reader = await stuck({ queue: 3 });
      const read = await overrun(reader, quotes(["A", "B", "C", "A", "B", "A"]));
      expect(read.map(({ subject, sequence }) => [subject, sequence])).toEqual([
        ["A", 5],
        ["B", 4],
        ["C", 2],
      ]);
      expect(reader.subscription.stats).toMatchObject({ conflated: 3, dropped: 0, delivered: 4 });
    });

    it("replaces nothing while there is room", async () => {
      const reader = await stuck({ queue: 8 });
      expect((await overrun(reader, quotes(["A", "A", "A"]))).map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    });

    it("gives up stale messages before the latest of a subject", async () => {
      const reader = await stuck({ queue: 4 });
      const read = await overrun(reader, quotes(["A", "B", "B", "B", "C"]));
      expect(read.map(({ subject, sequence }) => [subject, sequence])).toEqual([
        ["A", 0],
        ["B", 3],
        ["C", 4],
      ]);
      expect(reader.subscription.stats).toMatchObject({ conflated: 2, dropped: 0 });
    });

    it("conflates a message that was published twice as two of one subject", async () => {
      const reader = await stuck({ queue: 3 });
      const [a, b, c] = quotes(["A", "B", "C"]);
      const read = await overrun(reader, [a!, b!, b!, c!]);
      expect(read.map(({ subject }) => subject)).toEqual(["A", "B", "C"]);
      expect(reader.subscription.stats).toMatchObject({ conflated: 1, dropped: 0 });
    });

    it("drops the oldest where no message of the subject waits", async () => {
      const reader = await stuck({ queue: 2 });
      const read = await overrun(reader, quotes(["A", "B", "C"]));
      expect(read.map(({ subject }) => subject)).toEqual(["B", "C"]);
      expect(reader.subscription.stats).toMatchObject({ conflated: 0, dropped: 1 });
    });

    it("never conflates for a reader that asked for every message, and counts what it drops", async () => {
      const reader = await stuck({ queue: 2, whenSlow: "drop" });
      const read = await overrun(reader, quotes(["A", "A", "A", "A", "A"]));
      expect(read.map(({ sequence }) => sequence)).toEqual([3, 4]);
      expect(reader.subscription.stats).toMatchObject({ conflated: 0, dropped: 3 });
    });

    it("does not make the publisher wait", async () => {
      const reader = await stuck({ queue: 1 });
      await expect(scene.sendAll(reader.at, quotes(["A", "B", "A"]))).resolves.toBeUndefined();
      reader.subscription.close();
    });

    it("delivers the latest of each subject, in order, while there are no more subjects than places", async () => {
      const subjects = fc.array(fc.constantFrom("A", "B", "C", undefined), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(subjects, fc.integer({ min: 4, max: 7 }), async (names, queue) => {
          const sent = quotes(names);
          const read = await overrun(await stuck({ queue }), sent);
          for (const name of new Set(names)) {
            const of = (messages: readonly Envelope[]): number[] =>
              messages.filter(({ subject }) => subject === name).map(({ sequence }) => sequence);
            expect(of(read).at(-1)).toBe(of(sent).at(-1));
            expect(of(read)).toEqual(of(read).toSorted((a, b) => a - b));
          }
        }),
        { numRuns: 30 },
      );
    });
  });

  describe("marketData with a failing handler", () => {
    it("loses the message, counts it and goes on", async () => {
      const at: Address = { channel: "marketData", topic: scene.topic() };
      const inbox = new Inbox();
      const deadLetters = scene.bus.stats().deadLetters;
      const reader = await scene.read(at, (message) => {
        inbox.put(message);
        if (message.sequence === 0) throw new Error("bad tick");
      });
      await scene.sendAll(at, scene.messages(2));
      await eventually("both are dealt with", () => reader.stats.delivered === 1);
      expect(inbox.sequences).toEqual([0, 1]);
      expect(reader.stats).toMatchObject({ failed: 1, redelivered: 0, lastFailure: "Error: bad tick" });
      expect(scene.bus.stats().deadLetters).toBe(deadLetters);
    });
  });
}
