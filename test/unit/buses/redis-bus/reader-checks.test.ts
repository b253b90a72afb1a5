// Whom a pushed batch is for, where the server answers late, wrongly, or not at all.
import { describe, expect, it } from "vitest";
import { keysOf } from "../../../../src/buses/redis-bus/keys.js";
import { ReaderChecks } from "../../../../src/buses/redis-bus/reader-checks.js";
import { ReaderSets } from "../../../../src/buses/redis-bus/reader-sets.js";
import { TopicOutbox } from "../../../../src/buses/redis-bus/topic-outbox.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { trackedOutgoing } from "./support/outgoing.js";

interface Server {
  readonly get: () => Promise<string | null>;
  readonly hgetall: () => Promise<Record<string, string>>;
}

/** One batch was pushed to "a", whom a publisher knows; changes are heard of. */
class Scene {
  readonly clock = new VirtualClock();
  readonly sets = new ReaderSets();
  readonly outbox = new TopicOutbox("t", 100);
  /** For whom it was settled. */
  readonly expected: string[][] = [];
  readonly checks: ReaderChecks;

  constructor(server: Server) {
    this.sets.hears();
    this.sets.set("t", { version: "1", views: new Set(["a~1"]), absent: new Set() });
    this.outbox.add(trackedOutgoing(1));
    for (const batch of this.outbox.take(0)) this.outbox.pushed(batch);
    this.checks = new ReaderChecks({
      view: "p~1",
      keys: keysOf("n", "engineLogic"),
      sets: this.sets,
      clock: this.clock,
      link: { redis: server, isReady: true } as never,
      expect: (_outbox, batch, views) => {
        batch.expect(views);
        this.expected.push([...views]);
      },
    });
  }

  get isRelied(): boolean {
    return this.sets.isReliable("t", this.clock.nowMs());
  }

  asked(): Promise<void> {
    return this.clock.advance(3);
  }

  heard(): void {
    this.checks.heard(this.outbox, 1);
  }
}

const both = { "a~1": "1", "r~1": "1" };
const lost = (): Promise<never> => Promise.reject(new Error("Connection is closed."));

/** Answers one after the other, and the last of them from then on. */
function inTurn<T>(...answers: (() => Promise<T>)[]): () => Promise<T> {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)]!();
}

describe("ReaderChecks", () => {
  it("goes by what it knows once it has asked, as long as no change is heard of", async () => {
    const scene = new Scene({ get: async () => "1", hgetall: lost });
    scene.checks.pushing(scene.outbox);
    await scene.asked();
    // What it was told may be from before the server had the batch.
    expect(scene.expected).toEqual([]);
    scene.heard();
    expect(scene.expected).toEqual([["a~1"]]);
  });

  it("asks once more where a change was heard of before the batch was", async () => {
    const scene = new Scene({
      get: inTurn(
        async () => "1",
        async () => "2",
      ),
      hgetall: async () => both,
    });
    scene.checks.pushing(scene.outbox);
    await scene.asked();
    scene.sets.changed("t");
    scene.heard();
    expect(scene.expected).toEqual([]);
    await scene.asked();
    expect(scene.expected).toEqual([["a~1", "r~1"]]);
  });

  it("relies on nothing where the readers could not be asked", async () => {
    // One came: the version is another, and then the connection is lost.
    const scene = new Scene({
      get: inTurn<string | null>(
        async () => "2",
        lost,
        async () => "2",
      ),
      hgetall: inTurn(lost, async () => both),
    });
    scene.sets.changed("t");
    scene.checks.pushing(scene.outbox);
    await scene.asked();
    expect(scene.isRelied).toBe(false);
    scene.heard();
    expect(scene.expected).toEqual([]);
    await scene.asked();
    expect(scene.expected).toEqual([["a~1", "r~1"]]);
  });

  it("does not believe a server that lost its data between two questions that nobody reads", async () => {
    const scene = new Scene({
      get: inTurn<string | null>(
        async () => "2",
        async () => null,
      ),
      hgetall: async () => ({}),
    });
    scene.sets.changed("t");
    scene.checks.pushing(scene.outbox);
    scene.heard();
    await scene.asked();
    expect(scene.isRelied).toBe(false);
    expect(scene.expected).not.toContainEqual([]);
  });
});
