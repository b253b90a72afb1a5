// What every channel promises to readers that keep up.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNEL_NAMES, type ChannelName } from "../../../src/contracts/channel.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import { eventually, Inbox, type Scene, turn } from "./bus-harness.js";

const READERS = 18;

export function describeDelivery(channel: ChannelName, scene: Scene): void {
  describe("delivery", () => {
    it("hands every message to every reader of its topic, in order", async () => {
      const at = { channel, topic: scene.topic() };
      const inboxes = Array.from({ length: READERS }, () => new Inbox());
      for (const inbox of inboxes) await scene.read(at, inbox.put);
      await scene.sendAll(at, scene.messages(50));
      for (const inbox of inboxes) {
        await inbox.hold(50);
        expect(inbox.sequences).toEqual(Array.from({ length: 50 }, (_, sequence) => sequence));
      }
    });

    it("takes a message that nobody reads", async () => {
      await expect(scene.send({ channel, topic: scene.topic() }, scene.message(0))).resolves.toBeUndefined();
    });

    it("keeps topics apart", async () => {
      const [here, there] = [scene.topic(), scene.topic()].map((topic) => ({ channel, topic }));
      const inbox = new Inbox();
      await scene.read(here!, inbox.put);
      await scene.send(there!, scene.message(1));
      await scene.send(here!, scene.message(2));
      await inbox.hold(1);
      expect(inbox.sequences).toEqual([2]);
    });

    it("keeps channels apart", async () => {
      const topic = scene.topic();
      const inbox = new Inbox();
      await scene.read({ channel, topic }, inbox.put);
      for (const other of CHANNEL_NAMES)
        if (other !== channel) await scene.send({ channel: other, topic }, scene.message(1));
      await scene.send({ channel, topic }, scene.message(2));
      await inbox.hold(1);
      expect(inbox.sequences).toEqual([2]);
    });

    it("hands a handler one message at a time", async () => {
      const at = { channel, topic: scene.topic() };
      const inbox = new Inbox();
      let busy = 0;
      let busiest = 0;
      await scene.read(at, async (message) => {
        busy += 1;
        busiest = Math.max(busiest, busy);
        await turn();
        busy -= 1;
        inbox.put(message);
      });
      await scene.sendAll(at, scene.messages(20));
      await inbox.hold(20);
      expect(inbox.sequences).toEqual(Array.from({ length: 20 }, (_, sequence) => sequence));
      expect(busiest).toBe(1);
    });

    it("shows every reader one order, also of what a handler publishes to its own topic", async () => {
      const at = { channel, topic: scene.topic() };
      const inboxes = Array.from({ length: 3 }, () => new Inbox());
      const answers = scene.messages(10).map((message) => ({ ...message, sequence: message.sequence + 100 }));
      for (const [index, inbox] of inboxes.entries()) {
        await scene.read(at, (message) => {
          inbox.put(message);
          if (index === 1 && message.sequence < 10) void scene.send(at, answers[message.sequence]!);
        });
      }
      await scene.sendAll(at, scene.messages(10));
      for (const inbox of inboxes) await inbox.hold(20);
      for (const inbox of inboxes) expect(inbox.sequences).toEqual(inboxes[0]!.sequences);
      expect(inboxes[0]!.sequences.filter((sequence) => sequence < 100)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it("keeps a handler's failure from the publisher and from other readers", async () => {
      const at = { channel, topic: scene.topic() };
      const thrown: unknown[] = [new Error("thrown"), "text", undefined, null, Object.create(null), Symbol("thrown")];
      const inbox = new Inbox();
      const throwing = await scene.read(at, ({ sequence }) => {
        throw thrown[sequence];
      });
      const rejecting = await scene.read(at, async ({ sequence }) => {
        await turn();
        throw thrown[sequence];
      });
      await scene.read(at, inbox.put);
      await scene.sendAll(at, scene.messages(thrown.length));
      await inbox.hold(thrown.length);
      for (const failing of [throwing, rejecting]) {
        await eventually("every message was given up", () => failing.stats.failed === thrown.length);
        expect(failing.stats.delivered).toBe(0);
        expect(failing.stats.lastFailure).toBe("Symbol(thrown)");
      }
    });

    it("counts what it published and what became of it", async () => {
      const at = { channel, topic: scene.topic() };
      const before = scene.publishing.stats().published[channel];
      const reader = await scene.read(at, ({ sequence }) => {
        if (sequence === 3) throw new Error("not this one");
      });
      await scene.sendAll(at, scene.messages(5));
      await eventually("all five are dealt with", () => reader.stats.delivered + reader.stats.failed === 5);
      expect(reader.stats).toMatchObject({
        name: "reader",
        topic: at.topic,
        delivered: 4,
        failed: 1,
        queued: 0,
        waiting: 0,
      });
      expect(scene.bus.stats().subscriptions[channel]).toContainEqual(reader.stats);
      expect(scene.publishing.stats().published[channel]).toBe(before + 5);
    });

    it("keeps the order of each subject among concurrent publishers and slow readers", async () => {
      const plan = fc.record({
        publishers: fc.array(fc.array(fc.nat(2), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        pauses: fc.array(fc.nat(2), { minLength: 1, maxLength: 8 }),
      });
      await fc.assert(
        fc.asyncProperty(plan, async ({ publishers, pauses }) => {
          const at = { channel, topic: scene.topic() };
          const inboxes = pauses.map(() => new Inbox());
          const readers = await Promise.all(
            pauses.map((pause, index) => scene.read(at, slowly(inboxes[index]!, pause), { queue: 256 })),
          );
          await Promise.all(
            publishers.map(async (turns, index) => {
              for (const [sequence, turnsBefore] of turns.entries()) {
                for (let count = 0; count < turnsBefore; count += 1) await turn();
                await scene.send(at, scene.message(sequence, { subject: `S${index}` }));
              }
            }),
          );
          const total = publishers.flat().length;
          for (const inbox of inboxes) {
            await inbox.hold(total);
            for (const [index, turns] of publishers.entries()) {
              expect(ofSubject(inbox.messages, `S${index}`)).toEqual([...turns.keys()]);
            }
          }
          for (const reader of readers) reader.close();
        }),
        { numRuns: 25 },
      );
    });
  });
}

function slowly(inbox: Inbox, turns: number): (message: Envelope) => void | Promise<void> {
  if (turns === 0) return inbox.put;
  return async (message) => {
    inbox.put(message);
    for (let count = 0; count < turns; count += 1) await turn();
  };
}

function ofSubject(messages: readonly Envelope[], subject: string): number[] {
  return messages.filter((message) => message.subject === subject).map(({ sequence }) => sequence);
}
