// What the memory bus promises beyond every bus: same tick, same objects, nothing kept.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import { CHANNEL_NAMES, type ChannelName } from "../../../src/contracts/channel.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import type { Priority } from "../../../src/contracts/priority.js";
import { createEnvelopeFactory } from "../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../src/kernel/ids.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { collectGarbage } from "../../support/collect-garbage.js";

const PUSHING_BACK: readonly ChannelName[] = ["engineLogic", "neuralGpu"];

const ids = createIds(createRandom(1), "test");
const envelopes = createEnvelopeFactory({ nodeId: "test", incarnation: 1, clock: new VirtualClock(), ids });

function messageOf(data: unknown, priority: Priority = "normal"): Envelope {
  return envelopes.create("test.happened", data, { topic: "topic", priority });
}

const stuck = (): Promise<void> => new Promise(() => undefined);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("createMemoryBus", () => {
  let unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);

  beforeEach(() => {
    unhandled = [];
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await turn();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  for (const name of CHANNEL_NAMES) {
    describe(name, () => {
      it("delivers before publish returns, and hands over the very object", () => {
        const channel = createMemoryBus().channel(name);
        const read: Envelope[] = [];
        channel.subscribe("topic", (message) => void read.push(message), { name: "reader" });
        const message = messageOf(new Float64Array([1, 2]));
        expect(channel.publish("topic", message)).toBeUndefined();
        expect(read).toHaveLength(1);
        expect(read[0]).toBe(message);
      });

      it("handles what was queued as soon as an asynchronous handler is done", async () => {
        const channel = createMemoryBus().channel(name);
        const read: unknown[] = [];
        channel.subscribe("topic", async ({ data }) => void read.push(data), { name: "reader" });
        for (const data of [1, 2, 3]) expect(channel.publish("topic", messageOf(data))).toBeUndefined();
        expect(read).toEqual([1]);
        await turn();
        expect(read).toEqual([1, 2, 3]);
      });

      it("waits for anything with a then, and for nothing else that a handler returns", async () => {
        const channel = createMemoryBus().channel(name);
        const waiting: (() => void)[] = [];
        const thenable = { then: (resolve: () => void) => void waiting.push(resolve) };
        const returned: unknown[] = [thenable, 1, null, { then: "not a function" }, undefined];
        const handler = (({ data }) => returned[data as number]) as (message: Envelope) => void;
        const reader = channel.subscribe("topic", handler, { name: "reader" });
        for (const data of returned.keys()) void channel.publish("topic", messageOf(data));
        await turn();
        expect(reader.stats).toMatchObject({ delivered: 0, queued: 4 });
        waiting[0]?.();
        await turn();
        expect(reader.stats).toMatchObject({ delivered: 5, queued: 0, failed: 0 });
      });

      it("delivers what handlers publish to their own topic in the order of the publications", () => {
        // How many further messages the handling of a message publishes, by the position of the message; and through which
        // of the readers, and whether by way of another topic.
        const plan = fc.array(fc.record({ more: fc.nat(2), by: fc.nat(3), around: fc.boolean() }), { maxLength: 20 });
        fc.assert(
          fc.property(plan, (steps) => {
            const channel = createMemoryBus().channel(name);
            const published: unknown[] = [];
            const publish = (): void => {
              const message = messageOf(published.length);
              published.push(message.data);
              expect(channel.publish("topic", message)).toBeUndefined();
            };
            channel.subscribe("around", publish, { name: "around" });
            const read = Array.from({ length: 4 }, (): unknown[] => []);
            for (const [index, seen] of read.entries()) {
              channel.subscribe(
                "topic",
                ({ data }) => {
                  seen.push(data);
                  const step = steps[data as number];
                  for (let count = 0; step?.by === index && count < step.more; count += 1) {
                    if (step.around) void channel.publish("around", messageOf(0));
                    else publish();
                  }
                },
                { name: `reader-${index}`, queue: 64 },
              );
            }
            publish();
            for (const seen of read) expect(seen).toEqual(published);
          }),
        );
      });

      it("does not deliver to a reader who comes while the message is on its way", () => {
        const channel = createMemoryBus().channel(name);
        const late: unknown[] = [];
        let joined = false;
        channel.subscribe(
          "topic",
          ({ data }) => {
            if (joined) return;
            joined = true;
            channel.subscribe("topic", (message) => void late.push(message.data), { name: "late" });
            if (data === 1) void channel.publish("topic", messageOf(2));
          },
          { name: "early" },
        );
        void channel.publish("topic", messageOf(1));
        expect(late).toEqual([2]);
      });

      it("delivers nothing to a reader who is closed while the message is on its way", () => {
        const channel = createMemoryBus().channel(name);
        const read: unknown[] = [];
        channel.subscribe("topic", () => closed.close(), { name: "closing" });
        const closed = channel.subscribe("topic", ({ data }) => void read.push(data), { name: "closed" });
        void channel.publish("topic", messageOf(1));
        expect(read).toEqual([]);
        expect(closed.stats).toMatchObject({ queued: 0, waiting: 0, delivered: 0 });
      });

      it("keeps nothing of a closed subscription", async () => {
        const channel = createMemoryBus().channel(name);
        // In a function of its own, so that no variable of this one keeps what it made.
        const held = ((): WeakRef<object>[] => {
          const handler = (): Promise<void> => Promise.resolve();
          const messages = Array.from({ length: 4 }, (_, index) => messageOf(index));
          const subscription = channel.subscribe("topic", handler, { name: "reader", queue: 2 });
          for (const message of messages) void channel.publish("topic", message);
          subscription.close();
          return [handler, subscription, ...messages].map((object) => new WeakRef<object>(object));
        })();
        await turn();
        await collectGarbage();
        expect(held.filter((kept) => kept.deref() !== undefined)).toEqual([]);
      });

      it("keeps no handler for whoever keeps a closed subscription", async () => {
        const channel = createMemoryBus().channel(name);
        const [subscription, held] = (() => {
          const handler = (): void => undefined;
          return [channel.subscribe("topic", handler, { name: "reader" }), new WeakRef(handler)];
        })();
        subscription.close();
        await collectGarbage();
        expect(held.deref()).toBeUndefined();
        expect(subscription.stats.delivered).toBe(0);
      });

      it("keeps nothing of a topic that nobody reads any more", async () => {
        const channel = createMemoryBus().channel(name);
        const visit = (count: number): void => {
          for (let index = 0; index < count; index += 1) {
            const topic = `topic-${index}`;
            channel.subscribe(topic, stuck, { name: "passing by" }).close();
            void channel.publish(topic, messageOf(index));
          }
        };
        visit(100);
        await collectGarbage();
        const before = process.memoryUsage().heapUsed;
        visit(20_000);
        await turn();
        await collectGarbage();
        // A set, a map entry and a name, kept for each, would be several megabytes.
        expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000);
      });

      it("keeps nothing of a message once it is delivered", async () => {
        const channel = createMemoryBus().channel(name);
        channel.subscribe("topic", () => undefined, { name: "reader" });
        channel.subscribe("topic", async () => undefined, { name: "busy reader" });
        const held = ((): WeakRef<object> => {
          const message = messageOf(1);
          void channel.publish("topic", message);
          return new WeakRef(message);
        })();
        await turn();
        await collectGarbage();
        expect(held.deref()).toBeUndefined();
      });

      it("keeps nothing of its readers once it is stopped", async () => {
        const bus = createMemoryBus();
        const held = ((): WeakRef<object> => {
          const handler = (): Promise<void> => Promise.resolve();
          bus.channel(name).subscribe("topic", handler, { name: "reader" });
          return new WeakRef(handler);
        })();
        await bus.stop();
        await collectGarbage();
        expect(held.deref()).toBeUndefined();
      });

      it("refuses a queue without places", () => {
        const channel = createMemoryBus().channel(name);
        expect(() => channel.subscribe("topic", stuck, { name: "reader", queue: 0 })).toThrow("positive integer");
      });
    });
  }

  for (const name of PUSHING_BACK) {
    it(`refuses the newest of the least urgent publishers who wait on ${name}`, async () => {
      const channel = createMemoryBus({ limits: { waiters: 3 } }).channel(name);
      const reader = channel.subscribe("topic", stuck, { name: "stuck", queue: 1 });
      const ends = new Map<string, string>();
      const send = (label: string, priority: Priority): void => {
        const sent = channel.publish("topic", messageOf(label, priority)) ?? Promise.resolve();
        sent.then(
          () => ends.set(label, "taken"),
          (error: unknown) => ends.set(label, (error as { code: string }).code),
        );
      };
      for (let count = reader.stats.waiting; reader.stats.waiting === count;) send("first", "normal"); // until one waits
      await turn();
      ends.clear();
      send("low", "low");
      send("high", "high");
      send("one normal too many", "normal");
      await turn();
      expect([...ends]).toEqual([["low", "OVERLOADED"]]);
      send("low again", "low");
      send("normal again", "normal");
      send("critical", "critical");
      await turn();
      expect([...ends]).toEqual([
        ["low", "OVERLOADED"],
        ["low again", "OVERLOADED"],
        ["normal again", "OVERLOADED"],
        ["one normal too many", "OVERLOADED"],
      ]);
      expect(reader.stats).toMatchObject({ waiting: 3, refused: 4 });
    });

    it(`lets publishers on ${name} ignore a refusal, and a stop`, async () => {
      const bus = createMemoryBus({ limits: { waiters: 1 } });
      const channel = bus.channel(name);
      for (const index of [1, 2]) channel.subscribe("topic", stuck, { name: `stuck-${index}`, queue: 1 });
      for (let count = 0; count < 6; count += 1) void channel.publish("topic", messageOf(count));
      await bus.stop();
      void channel.publish("topic", messageOf(0));
    });

    it(`makes a publisher on ${name} wait for every reader that pushes back`, async () => {
      const channel = createMemoryBus().channel(name);
      const release: (() => void)[] = [];
      const busy = (): Promise<void> => new Promise((resolve) => release.push(resolve));
      for (const index of [1, 2]) channel.subscribe("topic", busy, { name: `busy-${index}`, queue: 1 });
      let last: Promise<void> | undefined;
      while (last === undefined) last = channel.publish("topic", messageOf(0));
      let taken = false;
      void last.then(() => (taken = true));
      release[0]?.();
      await turn();
      expect(taken).toBe(false);
      release[1]?.();
      await turn();
      expect(taken).toBe(true);
    });
  }

  it("keeps two buses apart", () => {
    const [one, other] = [createMemoryBus(), createMemoryBus()];
    const read: unknown[] = [];
    one.channel("marketData").subscribe("topic", ({ data }) => void read.push(data), { name: "reader" });
    void other.channel("marketData").publish("topic", messageOf(1));
    expect(read).toEqual([]);
    expect(one.stats().published).toEqual({ marketData: 0, engineLogic: 0, neuralGpu: 0 });
  });

  it("takes any string for a topic", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "")), (topic) => {
        const channel = createMemoryBus().channel("marketData");
        let read = 0;
        const subscription = channel.subscribe(topic, () => void (read += 1), { name: "reader" });
        void channel.publish(topic, messageOf(1));
        subscription.close();
        void channel.publish(topic, messageOf(2));
        expect(read).toBe(1);
      }),
    );
  });
});
