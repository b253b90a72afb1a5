// What a reader does by itself, whichever bus it serves.
import { describe, expect, it } from "vitest";
import { BUS_LIMITS } from "../../../src/buses/channel-rules.js";
import { Reader } from "../../../src/buses/reader.js";
import type { MessageHandler } from "../../../src/contracts/bus.js";
import { CHANNEL_NAMES, type ChannelName } from "../../../src/contracts/channel.js";
import type { Envelope } from "../../../src/contracts/envelope.js";

function messageOf(sequence: number): Envelope {
  const stamp = { specversion: "1.0", source: "test", type: "t", time: "2024-01-01T00:00:00.000Z" } as const;
  return { ...stamp, id: `id-${sequence}`, priority: "normal", incarnation: 1, sequence, data: undefined };
}

function createReader(channel: ChannelName, handler: MessageHandler): Reader {
  const context = {
    channel,
    topic: "topic",
    limits: BUS_LIMITS,
    onDeadLetter: () => undefined,
    onClose: () => undefined,
  };
  return new Reader(handler, { name: "reader" }, context);
}

describe("Reader", () => {
  for (const channel of CHANNEL_NAMES) {
    it(`handles on ${channel} what its own handler gives it, after what it handles`, () => {
      const log: string[] = [];
      const reader = createReader(channel, ({ sequence }) => {
        log.push(`begin ${sequence}`);
        if (sequence < 2) expect(reader.take(messageOf(sequence + 1))).toBeUndefined();
        log.push(`end ${sequence}`);
      });
      void reader.take(messageOf(0));
      expect(log).toEqual(["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]);
      expect(reader.stats.lastFailure).toBeUndefined();
    });

    it(`handles on ${channel} nothing that it holds until it is pumped, and all of it in order`, () => {
      const read: number[] = [];
      const reader = createReader(channel, ({ sequence }) => void read.push(sequence));
      void reader.hold(messageOf(0));
      void reader.take(messageOf(1));
      expect(read).toEqual([]);
      expect(reader.stats.queued).toBe(2);
      reader.pump();
      expect(read).toEqual([0, 1]);
      void reader.take(messageOf(2));
      expect(read).toEqual([0, 1, 2]);
    });
  }

  it("cuts what a handler failed with to a length that can be kept", () => {
    const reader = createReader("marketData", () => {
      throw new Error("x".repeat(10_000));
    });
    void reader.take(messageOf(0));
    expect(reader.stats.lastFailure).toHaveLength(500);
  });
});
