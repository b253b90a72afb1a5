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
  { weight: 4, arbitrary: fc.record({ do: fc.constant("take" as const), isPushed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: "log" as const }) },
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
      done: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), pick }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One that is over is said to be unsure, after another was pushed. */
const REFUSED_AND_SENT_AGAIN: Step[] = [
  { do: "add", count: 1 },
  { do: "take", isPushed: false },
  { do: "acknowledge", pick: 0, view: "b~1", taken: [], refused: [0], done: false },
  { do: "add", count: 1 },
  { do: "take", isPushed: true },
  { do: "send again", pick: 0 },
];

class Run {
  readonly outbox = new TopicOutbox("topic", 1024);
  readonly messages: TrackedOutgoing[] = [];
  /** Everything that ever went out, by its sequence. */
  readonly sent = new Map<number, SentBatch>();
  readonly #again = new Set<SentBatch>();

  step(step: Step): void {
    if (step.do === "add") for (let left = step.count; left > 0; left -= 1) this.#add();
    if (step.do === "take") this.take(step.isPushed);
    if (step.do === "log") this.log();
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
      const { sequence } = batch;
      const { view, taken, refused } = step;
      const done = step.done && taken === "all";
      const acked = this.outbox.acknowledge(view, { topic: "topic", sequence, taken, refused, done });
      if (acked !== undefined) expect(acked).toBe(batch);
    }
    if (step.do === "fail") batch.fail(new NautilusError("INTERNAL", "refused"));
    this.outbox.forget(batch);
    if (batch.isFinished) this.#again.delete(batch);
  }

  /** Those that go again go first, each once, and all in order. Where one is only pushed, the others are not. */
  take(isPushed = false): void {
    const again = [...this.#again].map(({ sequence }) => sequence).toSorted((a, b) => a - b);
    this.#again.clear();
    const batches = this.outbox.take(7);
    for (const batch of batches.slice(0, again.length)) this.#isThere(batch);
    const sequences = batches.map(({ sequence }) => sequence);
    expect(sequences.slice(0, again.length)).toEqual(again);
    expect(sequences.length).toBeLessThanOrEqual(again.length + 1);
    for (const batch of batches.slice(again.length)) {
      expect(batch.sequence).toBe(this.sent.size + 1);
      this.sent.set(batch.sequence, batch);
      if (isPushed) this.outbox.pushed(batch);
    }
  }

  /** What was pushed and may still be asked for, in order, each once. */
  log(): void {
    const wanted = this.#unlogged();
    const late = this.outbox.takeUnlogged();
    expect(late).toEqual(wanted);
    for (const batch of late) this.#isThere(batch);
    expect(this.outbox.takeUnlogged()).toEqual([]);
  }

  #isThere(batch: SentBatch): void {
    batch.entryId = `${batch.sequence}-0`;
    this.outbox.forget(batch);
  }

  #add(): void {
    const message = trackedOutgoing(this.messages.length);
    this.messages.push(message);
    this.outbox.add(message);
  }

  /** As far as they are still wanted: it, and what was pushed after it. */
  #sendAgain(batch: SentBatch): void {
    this.outbox.sendAgain(batch);
    if (!batch.isFinished) this.#again.add(batch);
    for (const later of this.#unlogged()) if (later.sequence > batch.sequence) this.#again.add(later);
  }

  #unlogged(): readonly SentBatch[] {
    return [...this.sent.values()].filter(
      (batch) => batch.isPushed && !batch.isFinished && batch.entryId === undefined && !this.#again.has(batch),
    );
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
          expect([...run.outbox.sent].every(({ isFinished }) => !isFinished)).toBe(true);
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
        // Everybody has it, and it is nowhere but with them: it goes to the stream.
        run.log();
        expect(run.outbox.isIdle).toBe(true);
      }),
      { numRuns: 1_000, examples: [[REFUSED_AND_SENT_AGAIN]] },
    );
  });

  it("takes those for listeners who told of something since they were last too late", () => {
    const outbox = new TopicOutbox("topic", 16);
    const views = new Set(["own~1", ...VIEWS]);
    const isHeard = (): boolean => outbox.isHeardBy(views, "own~1");
    const push = (): SentBatch => {
      outbox.add(trackedOutgoing(0));
      const [batch] = outbox.take(0) as [SentBatch];
      batch.expect(new Set(VIEWS));
      outbox.pushed(batch);
      return batch;
    };
    const tell = (view: string, sequence: number): void =>
      void outbox.acknowledge(view, { topic: "topic", sequence, taken: "all", refused: [], heard: true, done: true });
    expect([isHeard(), outbox.isHeardBy(new Set(["own~1"]), "own~1")]).toEqual([false, true]);
    push();
    tell("b~1", 1);
    expect(isHeard()).toBe(false);
    tell("c~1", 1);
    expect(isHeard()).toBe(true);
    push();
    tell("b~1", 2);
    expect(outbox.takeUnlogged()).toHaveLength(1);
    expect(isHeard()).toBe(false);
    tell("c~1", 2);
    expect(isHeard()).toBe(true);
    // One that read it instead of hearing it does not listen.
    push();
    tell("b~1", 3);
    expect(outbox.takeUnlogged()).toHaveLength(1);
    outbox.acknowledge("c~1", { topic: "topic", sequence: 3, taken: "all", refused: [] });
    expect(isHeard()).toBe(false);
    tell("c~1", 4);
    expect(isHeard()).toBe(true);
    // What is on its way to the stream comes first.
    outbox.add(trackedOutgoing(1));
    const added = outbox.take(0);
    outbox.adding(added);
    expect(isHeard()).toBe(false);
    for (const batch of added) outbox.added(batch);
    expect(isHeard()).toBe(true);
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

describe("very much of one topic that is not in the stream", () => {
  it("is sent again in order, at a cost that grows as it does", () => {
    const outbox = new TopicOutbox("topic", 1024);
    const count = 20_000;
    for (let sequence = 1; sequence <= count; sequence += 1) {
      outbox.add(trackedOutgoing(sequence));
      for (const batch of outbox.take(0)) outbox.pushed(batch);
    }
    // Each for itself would take minutes.
    outbox.sendAllAgain();
    expect(outbox.unlogged).toBe(0);
    const again = outbox.take(0).map(({ sequence }) => sequence);
    expect(again).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });
});
