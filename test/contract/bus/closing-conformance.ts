// What ends with a subscription, and what ends with the bus.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CHANNEL_NAMES, type ChannelName } from "../../../src/contracts/channel.js";
import type { Bus } from "../../../src/contracts/bus.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import { type BusHarness, eventually, Gate, Inbox, type OpenBus, Scene, turn } from "./bus-harness.js";

/** The channels that make a publisher wait. */
const PUSHING_BACK: readonly ChannelName[] = ["engineLogic", "neuralGpu"];

export function describeClosing(channel: ChannelName, scene: Scene): void {
  describe("a closed subscription", () => {
    it("gets nothing more, while others do", async () => {
      const at = { channel, topic: scene.topic() };
      const [closed, open] = [new Inbox(), new Inbox()];
      const subscription = await scene.read(at, closed.put);
      await scene.read(at, open.put);
      await scene.send(at, scene.message(0));
      await closed.hold(1);
      subscription.close();
      subscription.close();
      await scene.send(at, scene.message(1));
      await open.hold(2);
      expect(closed.sequences).toEqual([0]);
      expect(scene.bus.stats().subscriptions[channel].filter(({ topic }) => topic === at.topic)).toHaveLength(1);
    });

    it("drops and counts what was queued, and counts what its handler still finishes", async () => {
      const at = { channel, topic: scene.topic() };
      const [inbox, gate] = [new Inbox(), new Gate()];
      const subscription = await scene.read(at, async (message) => {
        inbox.put(message);
        await gate.opened;
      });
      await scene.sendAll(at, scene.messages(4));
      await eventually("three wait", () => subscription.stats.queued === 3);
      subscription.close();
      expect(subscription.stats).toMatchObject({ queued: 0, dropped: 3, delivered: 0 });
      gate.open();
      await eventually("the first is done", () => subscription.stats.delivered === 1);
      expect(inbox.sequences).toEqual([0]);
    });

    it("may be closed by its own handler", async () => {
      const at = { channel, topic: scene.topic() };
      const [closing, other] = [new Inbox(), new Inbox()];
      const subscription = await scene.read(at, (message) => {
        closing.put(message);
        subscription.close();
      });
      await scene.read(at, other.put);
      await scene.sendAll(at, scene.messages(3));
      await other.hold(3);
      expect(closing.sequences).toEqual([0]);
    });

    if (!PUSHING_BACK.includes(channel)) return;

    it("lets go of the publishers who waited for it", async () => {
      const at = { channel, topic: scene.topic() };
      const subscription = await scene.read(at, () => new Gate().opened, { queue: 1 });
      const sent = scene.messages(4).map((message) => scene.send(at, message));
      await eventually("somebody waits", () => subscription.stats.waiting > 0);
      subscription.close();
      await expect(Promise.all(sent)).resolves.toHaveLength(4);
      expect(subscription.stats).toMatchObject({ queued: 0, waiting: 0, dropped: 3 });
    });
  });
}

export function describeStopping(open: OpenBus): void {
  describe("a bus", () => {
    let harness: BusHarness;
    let bus: Bus;

    beforeEach(async () => {
      harness = await open();
      bus = harness.bus;
    });
    afterEach(() => harness.close());

    it("starts twice as once", async () => {
      await expect(bus.start()).resolves.toBeUndefined();
      await expect(bus.start()).resolves.toBeUndefined();
    });

    it("stops twice as once, and for good", async () => {
      await bus.stop();
      await expect(bus.stop()).resolves.toBeUndefined();
      await expect(bus.start()).rejects.toMatchObject({ code: "NOT_SERVING" });
    });

    for (const name of CHANNEL_NAMES) {
      it(`refuses ${name} messages and readers once it is stopped`, async () => {
        const channel = bus.channel(name);
        const inbox = new Inbox();
        const options = { name: "reader" };
        channel.subscribe("topic", inbox.put, options);
        await bus.stop();
        await expect(channel.publish("topic", messageOf(0))).rejects.toMatchObject({ code: "NOT_SERVING" });
        expect(() => channel.subscribe("topic", inbox.put, options)).toThrow(
          expect.objectContaining({ code: "NOT_SERVING" }),
        );
        expect(bus.stats().subscriptions[name]).toEqual([]);
        expect(inbox.messages).toEqual([]);
      });
    }

    it("lets publishers ignore that it stopped", async () => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on("unhandledRejection", note);
      for (const name of PUSHING_BACK) {
        const reader = bus.channel(name).subscribe("topic", () => new Gate().opened, { name: "stuck", queue: 1 });
        await harness.ready?.();
        for (let sequence = 0; sequence < 5; sequence += 1)
          void bus.channel(name).publish("topic", messageOf(sequence));
        await eventually("somebody waits", () => reader.stats.waiting > 0);
      }
      await bus.stop();
      for (const name of CHANNEL_NAMES) void bus.channel(name).publish("topic", messageOf(5));
      await turn();
      process.off("unhandledRejection", note);
      expect(unhandled).toEqual([]);
    });

    for (const name of PUSHING_BACK) {
      it(`fails the publishers who wait on ${name} when it stops`, async () => {
        const channel = bus.channel(name);
        const reader = channel.subscribe("topic", () => new Gate().opened, { name: "stuck", queue: 1 });
        await harness.ready?.();
        const sent = Array.from({ length: 5 }, async (_, sequence) => channel.publish("topic", messageOf(sequence)));
        await eventually("somebody waits", () => reader.stats.waiting > 0);
        const { waiting } = reader.stats;
        await bus.stop();
        const ends = await Promise.allSettled(sent);
        const failed = ends.map((end) => (end.status === "rejected" ? codeOf(end.reason) : undefined));
        expect(failed).toEqual(ends.map((_, index) => (index < ends.length - waiting ? undefined : "NOT_SERVING")));
      });
    }
  });
}

function messageOf(sequence: number): Envelope {
  return new Scene().message(sequence);
}

function codeOf(reason: unknown): unknown {
  return (reason as { code?: unknown }).code;
}
