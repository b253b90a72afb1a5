// engineLogic: at least once, effects once, dead letters kept, back-pressure and refusal by priority.
import { describe, expect, it } from "vitest";
import type { DeadLetter } from "../../../src/contracts/bus.js";
import type { Envelope } from "../../../src/contracts/envelope.js";
import { type Address, eventually, Gate, Inbox, type Scene, turn } from "./bus-harness.js";

/** More than any bus lets wait for one subscription. */
const TOO_MANY = 8192;

export function describeEngineLogic(scene: Scene): void {
  const address = (): Address => ({ channel: "engineLogic", topic: scene.topic() });
  const lettersOf = ({ topic }: Address): DeadLetter[] =>
    scene.bus.deadLetters().filter((letter) => letter.topic === topic);

  describe("engineLogic with a failing handler", () => {
    for (const [how, fail] of Object.entries(FAILURES)) {
      it(`delivers again, before anything else, what a handler ${how}`, async () => {
        const at = address();
        const inbox = new Inbox();
        const reader = await scene.read(at, (message) => {
          inbox.put(message);
          const attempt = inbox.messages.filter(({ id }) => id === message.id).length;
          return message.sequence === 1 && attempt < 3 ? fail() : undefined;
        });
        await scene.sendAll(at, scene.messages(4));
        await inbox.hold(6);
        expect(inbox.sequences).toEqual([0, 1, 1, 1, 2, 3]);
        await eventually("all are done", () => reader.stats.delivered === 4);
        expect(reader.stats).toMatchObject({ redelivered: 2, failed: 0 });
        expect(lettersOf(at)).toEqual([]);
      });

      it(`makes a dead letter of what a handler ${how} three times, and goes on`, async () => {
        const at = address();
        const inbox = new Inbox();
        const before = scene.bus.stats().deadLetters;
        const reader = await scene.read(at, (message) => {
          inbox.put(message);
          return message.sequence === 0 ? fail() : undefined;
        });
        const messages = scene.messages(2);
        await scene.sendAll(at, messages);
        await eventually("the second is done", () => reader.stats.delivered === 1);
        expect(inbox.sequences).toEqual([0, 0, 0, 1]);
        expect(reader.stats).toMatchObject({ redelivered: 2, failed: 1, lastFailure: "Error: no effect" });
        const reason = "Error: no effect";
        expect(lettersOf(at)).toEqual([
          {
            channel: "engineLogic",
            topic: at.topic,
            subscription: "reader",
            reason,
            attempts: 3,
            message: messages[0],
          },
        ]);
        expect(scene.bus.stats().deadLetters).toBe(before + 1);
      });
    }

    it("does not deliver again what a handler fails at after its subscription is closed", async () => {
      const at = address();
      const [inbox, gate] = [new Inbox(), new Gate()];
      const reader = await scene.read(at, async (message) => {
        inbox.put(message);
        await gate.opened;
        throw new Error("no effect");
      });
      await scene.send(at, scene.message(0));
      await inbox.hold(1);
      reader.close();
      gate.open();
      await eventually("it is a dead letter", () => lettersOf(at).length === 1);
      expect(lettersOf(at)).toMatchObject([{ attempts: 1 }]);
      expect(inbox.messages).toHaveLength(1);
      expect(reader.stats).toMatchObject({ failed: 1, redelivered: 0, dropped: 0 });
    });

    it("keeps the last 1024 dead letters, the newest last, and counts all", async () => {
      const at = address();
      const before = scene.bus.stats().deadLetters;
      await scene.read(at, () => {
        throw new Error("never");
      });
      await scene.sendAll(at, scene.messages(1030));
      await eventually("all are dead", () => scene.bus.stats().deadLetters === before + 1030);
      const kept = scene.bus.deadLetters();
      expect(kept).toHaveLength(1024);
      expect(kept.map(({ message }) => message.sequence)).toEqual(
        Array.from({ length: 1024 }, (_, index) => index + 6),
      );
    });
  });

  describe("engineLogic and the same id", () => {
    it("delivers it once, though published again, at once and later", async () => {
      const at = address();
      const inbox = new Inbox();
      const reader = await scene.read(at, async (message) => {
        inbox.put(message);
        await turn();
      });
      const [message, last] = scene.messages(2);
      await scene.sendAll(at, [message!, message!]);
      await eventually("the second one is recognised", () => reader.stats.duplicates === 1);
      await scene.send(at, message!);
      await scene.send(at, last!);
      await inbox.holdOf(last!);
      expect(inbox.sequences).toEqual([0, 1]);
      expect(reader.stats.duplicates).toBe(2);
    });

    it("remembers ids per reader", async () => {
      const at = address();
      const [early, late] = [new Inbox(), new Inbox()];
      const message = scene.message(0);
      await scene.read(at, early.put);
      await scene.send(at, message);
      await early.hold(1);
      await scene.read(at, late.put);
      await scene.send(at, message);
      await late.hold(1);
      expect(early.messages).toHaveLength(1);
    });

    it("remembers the last 4096", async () => {
      const at = address();
      const inbox = new Inbox();
      const messages = scene.messages(5000);
      const reader = await scene.read(at, inbox.put);
      for (let sent = 0; sent < 5000; sent += 1000) await scene.sendAll(at, messages.slice(sent, sent + 1000));
      await inbox.hold(5000);
      await scene.send(at, messages[5000 - 4096]!);
      await eventually("it is recognised", () => reader.stats.duplicates === 1);
    });

    it("delivers it again where its effect was not done", async () => {
      const at = address();
      const inbox = new Inbox();
      const reader = await scene.read(at, (message) => {
        inbox.put(message);
        if (inbox.messages.length <= 3) throw new Error("no effect");
      });
      const message = scene.message(0);
      await scene.send(at, message);
      await eventually("it is a dead letter", () => lettersOf(at).length === 1);
      await scene.send(at, message);
      await eventually("its effect is done", () => reader.stats.delivered === 1);
      expect(reader.stats).toMatchObject({ failed: 1, duplicates: 0 });
    });
  });

  describe("engineLogic with a slow reader", () => {
    it("makes publishers wait while its queue is full, and loses nothing", async () => {
      const at = address();
      const [inbox, gate] = [new Inbox(), new Gate()];
      const reader = await scene.read(
        at,
        async (message) => {
          inbox.put(message);
          await gate.opened;
        },
        { queue: 4 },
      );
      let taken = 0;
      const sent = scene.messages(20).map((message) => scene.send(at, message).then(() => (taken += 1)));
      await eventually("the queue is full and publishers wait", () => taken === 5 && reader.stats.waiting === 15);
      expect(reader.stats).toMatchObject({ queued: 4, delivered: 0 });
      gate.open();
      await Promise.all(sent);
      await inbox.hold(20);
      expect(inbox.sequences).toEqual(Array.from({ length: 20 }, (_, sequence) => sequence));
      await eventually("all are done", () => reader.stats.delivered === 20);
      expect(reader.stats).toMatchObject({ queued: 0, waiting: 0, dropped: 0, refused: 0 });
    });

    it("refuses the least urgent when too many wait", async () => {
      const at = address();
      const [inbox, gate] = [new Inbox(), new Gate()];
      const reader = await scene.read(
        at,
        async (message) => {
          inbox.put(message);
          await gate.opened;
        },
        { queue: 1 },
      );
      const refused: Envelope[] = [];
      const codes = new Set<unknown>();
      const send = (message: Envelope): Promise<void> =>
        scene.send(at, message).catch((error: unknown) => {
          refused.push(message);
          codes.add((error as { code?: unknown }).code);
        });
      const ends = scene.messages(TOO_MANY, { priority: "low" }).map(send);
      await eventually("one is refused", () => refused.length > 0);
      const urgent = (["critical", "high", "normal"] as const).map((priority) => scene.message(TOO_MANY, { priority }));
      ends.push(...urgent.map(send));
      await eventually("the rest waits", () => reader.stats.waiting + refused.length === TOO_MANY + 1);
      gate.open();
      await Promise.all(ends);
      await inbox.hold(ends.length - refused.length);
      expect(new Set(refused.map(({ priority }) => priority))).toEqual(new Set(["low"]));
      expect([...codes]).toEqual(["OVERLOADED"]);
      expect(reader.stats.refused).toBe(refused.length);
      expect(inbox.sequences).toEqual(inbox.sequences.toSorted((a, b) => a - b));
      expect(inbox.messages.slice(-3).map(({ id }) => id)).toEqual(urgent.map(({ id }) => id));
    });

    it("is not stopped for good by a handler that fails", async () => {
      const at = address();
      const reader = await scene.read(
        at,
        async ({ sequence }) => {
          await turn();
          if (sequence % 2 === 0) throw new Error("no effect");
        },
        { queue: 1 },
      );
      await scene.sendAll(at, scene.messages(10));
      await eventually("all are dealt with", () => reader.stats.delivered === 5 && reader.stats.failed === 5);
      expect(lettersOf(at).map(({ message }) => message.sequence)).toEqual([0, 2, 4, 6, 8]);
    });
  });
}

const FAILURES: Readonly<Record<string, () => Promise<void>>> = {
  throws: () => {
    throw new Error("no effect");
  },
  rejects: async () => {
    await turn();
    throw new Error("no effect");
  },
};
