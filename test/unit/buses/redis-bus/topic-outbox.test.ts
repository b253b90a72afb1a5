// What one view has to say on one topic, whatever becomes of what it sends: everything goes out in order and ends once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SentBatch } from "../../../../src/buses/redis-bus/sent-batch.js";
import { TopicOutbox } from "../../../../src/buses/redis-bus/topic-outbox.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import { trackedOutgoing, type TrackedOutgoing } from "./support/outgoing.js";

const VIEWS = ["b~1", "c~1"] as const;

const pick = fc.double({ min: 0, max: 0.999, noNaN: true });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.constant({ do: "take" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("send again" as const), pick }) },
  { weight: 1, arbitrary: fc.constant({ do: "send all again" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("expect" as const), pick }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("acknowledge" as const),
      pick,
      view: fc.constantFrom(...VIEWS),
      taken: fc.oneof(fc.constant("all" as const), fc.uniqueArray(fc.nat(6), { maxLength: 5 })),
      refused: fc.uniqueArray(fc.nat(6), { maxLength: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), pick }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly outbox = new TopicOutbox("topic", 1024);
  readonly messages: TrackedOutgoing[] = [];
  /** Everything that ever went out, by its sequence. */
  readonly sent = new Map<number, SentBatch>();
  readonly #again = new Set<SentBatch>();

  step(step: Step): void {
    if (step.do === "add") for (let left = step.count; left > 0; left -= 1) this.#add();
    if (step.do === "take") this.take();
    if (step.do === "send all again") {
      this.outbox.sendAllAgain();
      for (const batch of this.outbox.sent) this.#again.add(batch);
    }
    if (!("pick" in step) || this.sent.size === 0) return;
    const batch = this.sent.get(1 + Math.floor(step.pick * this.sent.size));
    if (batch === undefined) throw new Error("batches are numbered from one, without gaps");
    if (step.do === "send again") this.#sendAgain(batch);
    if (step.do === "expect") batch.expect(new Set(VIEWS));
    if (step.do === "acknowledge") {
      const { view, taken, refused } = step;
      const acked = this.outbox.acknowledge(view, { topic: "topic", sequence: batch.sequence, taken, refused });
      if (acked !== undefined) expect(acked).toBe(batch);
    }
    if (step.do === "fail") batch.fail(new NautilusError("INTERNAL", "refused"));
    this.outbox.forget(batch);
    if (batch.isOver) this.#again.delete(batch);
  }

  /** Those that go again go first, each once, and all in order. */
  take(): void {
    const again = [...this.#again].map(({ sequence }) => sequence).toSorted((a, b) => a - b);
    this.#again.clear();
    const batches = this.outbox.take(7);
    const sequences = batches.map(({ sequence }) => sequence);
    expect(sequences.slice(0, again.length)).toEqual(again);
    expect(sequences.length).toBeLessThanOrEqual(again.length + 1);
    for (const batch of batches.slice(again.length)) {
      expect(batch.sequence).toBe(this.sent.size + 1);
      this.sent.set(batch.sequence, batch);
    }
  }

  #add(): void {
    const message = trackedOutgoing(this.messages.length);
    this.messages.push(message);
    this.outbox.add(message);
  }

  #sendAgain(batch: SentBatch): void {
    this.outbox.sendAgain(batch);
    if (!batch.isOver) this.#again.add(batch);
  }
}

describe("the outbox of a topic", () => {
  it("sends everything in order, and ends each message once", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = new Run();
        for (const each of steps) {
          run.step(each);
          for (const { ends } of run.messages) expect(ends.length).toBeLessThanOrEqual(1);
          expect([...run.outbox.sent].every(({ isOver }) => !isOver)).toBe(true);
        }
        while (run.outbox.hasNews) run.take();
        expect([...run.sent.values()].flatMap(({ messages }) => messages)).toEqual(run.messages);
        for (const batch of [...run.outbox.sent]) {
          batch.expect(new Set(VIEWS));
          for (const view of VIEWS) {
            run.outbox.acknowledge(view, { topic: "topic", sequence: batch.sequence, taken: "all", refused: [] });
          }
        }
        expect(run.messages.every(({ ends }) => ends.length === 1)).toBe(true);
        expect(run.outbox.isIdle).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("cuts batches by their number of messages and by their bytes", () => {
    const outbox = new TopicOutbox("topic", 4096);
    for (let sequence = 0; sequence < 1100; sequence += 1) outbox.add(trackedOutgoing(sequence));
    const large = { text: "x".repeat(400_000) };
    for (let sequence = 0; sequence < 4; sequence += 1) outbox.add(trackedOutgoing(sequence, large));
    const sizes: number[] = [];
    while (outbox.hasNews) sizes.push(...outbox.take(0).map(({ messages }) => messages.length));
    expect(sizes).toEqual([512, 512, 79, 1]);
    expect(outbox.drain()).toEqual([]);
  });
});
