// What a publisher is told where the connection for pushes says something that the stream does not.
import { describe, expect, it } from "vitest";
import { keysOf } from "../../../../src/buses/redis-bus/keys.js";
import { Outbox } from "../../../../src/buses/redis-bus/outbox.js";
import { ReaderSets } from "../../../../src/buses/redis-bus/reader-sets.js";
import { REDIS_LIMITS } from "../../../../src/buses/redis-bus/redis-limits.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { messageOf } from "./support/message.js";

const READER = "b~1";
const TOPIC = "t";
const RETRY_MS = 200;

const noPermission = (): Promise<never> =>
  Promise.reject(Object.assign(new Error("NOPERM this user has no permissions"), { name: "ReplyError" }));

/** One reader elsewhere, and a server whose answers are given by hand. */
class Scene {
  readonly clock = new VirtualClock();
  /** Scripts that were run: batches that went to the stream. */
  added = 0;
  pushed = 0;
  readonly outbox: Outbox;

  constructor() {
    const sets = new ReaderSets();
    sets.set(TOPIC, { version: "1", views: new Set([READER]), absent: new Set() });
    const stream = { cork: () => undefined, uncork: () => undefined, writable: true };
    const redis = {
      stream,
      get: async () => "1",
      eval: async () => {
        this.added += 1;
        return [`${this.added}-0`, "1"];
      },
    };
    const pushing = {
      stream,
      on: () => undefined,
      call: noPermission,
      publish: () => {
        this.pushed += 1;
        return noPermission();
      },
    };
    const link = (client: object): never => ({ redis: client, isReady: true, onReady: () => undefined }) as never;
    this.outbox = new Outbox({
      channel: "engineLogic",
      view: "a~1",
      keys: keysOf("n", "engineLogic"),
      clock: this.clock,
      limits: REDIS_LIMITS,
      link: link(redis),
      pusher: link(pushing),
      sets,
      readerOf: (view) => view,
      takeDone: () => [],
      onOver: () => undefined,
    });
  }

  publish(sequence: number): { readonly ends: string[] } {
    const ends: string[] = [];
    this.outbox.publish(TOPIC, messageOf("p", sequence)).then(
      () => ends.push("taken"),
      (error: unknown) => ends.push(String(error)),
    );
    return { ends };
  }

  heard(sequence: number): void {
    const ack = { topic: TOPIC, sequence, taken: "all", refused: [], heard: true, done: true } as const;
    this.outbox.acknowledge(READER, ack, true);
  }
}

describe("Outbox", () => {
  it("asks the stream where a push was refused, and tells what became of it there", async () => {
    const scene = new Scene();
    const first = scene.publish(0);
    await scene.clock.advance(1);
    scene.heard(1);
    await scene.clock.advance(1);
    expect([scene.added, scene.pushed, first.ends]).toEqual([1, 0, ["taken"]]);

    const second = scene.publish(1);
    await scene.clock.advance(RETRY_MS + 1);
    expect([scene.added, scene.pushed, second.ends]).toEqual([2, 1, []]);
    scene.heard(2);
    await scene.clock.advance(1);
    expect(second.ends).toEqual(["taken"]);
    scene.outbox.stop({} as never);
  });
});
