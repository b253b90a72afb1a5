// neuralGpu: at most once, the publisher needs the reader's credit.
import { describe, expect, it } from "vitest";
import { type Address, eventually, Gate, Inbox, type Scene } from "./bus-harness.js";

/** More than any bus lets wait for one subscription. */
const TOO_MANY = 4096;

export function describeNeuralGpu(scene: Scene): void {
  const address = (): Address => ({ channel: "neuralGpu", topic: scene.topic() });

  describe("neuralGpu with a slow reader", () => {
    for (const credits of [1, 2, 5]) {
      it(`makes a publisher wait without credit, with ${credits} in all`, async () => {
        const at = address();
        const inbox = new Inbox();
        const gates = Array.from({ length: 12 }, () => new Gate());
        const read = async (message: { readonly sequence: number }): Promise<void> => {
          await gates[message.sequence]!.opened;
        };
        const reader = await scene.read(at, (message) => (inbox.put(message), read(message)), { queue: credits });
        let taken = 0;
        const sent = scene.messages(12).map((message) => scene.send(at, message).then(() => (taken += 1)));
        for (const [done, gate] of gates.entries()) {
          const credited = Math.min(12, credits + done);
          await eventually(
            `${credited} have credit`,
            () => taken === credited && reader.stats.waiting === 12 - credited,
          );
          await inbox.hold(done + 1);
          expect(reader.stats.queued).toBe(credited - done - 1);
          gate.open();
        }
        await Promise.all(sent);
        await eventually("all are done", () => reader.stats.delivered === 12);
        expect(inbox.sequences).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      });
    }

    it("refuses with OVERLOADED when too many wait for credit", async () => {
      const at = address();
      const gate = new Gate();
      const reader = await scene.read(at, () => gate.opened, { queue: 1 });
      const codes = scene.messages(TOO_MANY).map((message) =>
        scene.send(at, message).then(
          () => "taken",
          (error: unknown) => (error as { code?: unknown }).code,
        ),
      );
      await eventually("one is refused", () => reader.stats.refused > 0);
      await eventually("the rest waits", () => reader.stats.waiting + reader.stats.refused === TOO_MANY - 1);
      const { waiting, refused } = reader.stats;
      gate.open();
      const kept = Array.from({ length: 1 + waiting }, () => "taken");
      expect(await Promise.all(codes)).toEqual([...kept, ...Array.from({ length: refused }, () => "OVERLOADED")]);
    });
  });

  describe("neuralGpu with a failing handler", () => {
    it("loses the message, counts it, and gives the credit back", async () => {
      const at = address();
      const inbox = new Inbox();
      const reader = await scene.read(
        at,
        async (message) => {
          inbox.put(message);
          if (message.sequence < 3) throw new Error("out of memory");
        },
        { queue: 1 },
      );
      await scene.sendAll(at, scene.messages(5));
      await eventually("all are dealt with", () => reader.stats.delivered === 2);
      expect(inbox.sequences).toEqual([0, 1, 2, 3, 4]);
      expect(reader.stats).toMatchObject({ failed: 3, redelivered: 0, lastFailure: "Error: out of memory" });
    });
  });
}
