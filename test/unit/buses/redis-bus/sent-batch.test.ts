// A batch against a model of it: who told what of which message, and which of them have ended how.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SentBatch } from "../../../../src/buses/redis-bus/sent-batch.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import { trackedOutgoing } from "./support/outgoing.js";

const VIEWS = ["a~1", "a~2", "b~1", "c~1"] as const;
const SIZE = 4;

const view = fc.constantFrom(...VIEWS);
const places = fc.uniqueArray(fc.nat(SIZE + 1), { maxLength: SIZE });
const told = fc.tuple(places, places).map(([some, others]) => ({
  taken: some,
  refused: others.filter((place) => !some.includes(place)),
}));
const ack: fc.Arbitrary<Told> = fc.oneof<fc.WeightedArbitrary<Told>[]>(
  { weight: 3, arbitrary: told },
  { weight: 1, arbitrary: fc.constant({ taken: "all" as const, refused: [] }) },
);

interface Told {
  readonly taken: readonly number[] | "all";
  readonly refused: readonly number[];
}

type Step =
  | { readonly do: "expect"; readonly views: readonly string[] }
  | { readonly do: "acknowledge"; readonly view: string; readonly ack: Told }
  | { readonly do: "fail" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("expect" as const), views: fc.uniqueArray(view) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("acknowledge" as const), view, ack }) },
  { weight: 1, arbitrary: fc.constant({ do: "fail" as const }) },
);

/** Says of each message how it has ended. */
class Model {
  readonly ends: (string | undefined)[] = Array.from({ length: SIZE }, () => undefined);
  readonly #toldBy = new Map<string, Set<number>>();
  #first: ReadonlySet<string> | undefined;
  #expected: readonly string[] | undefined;

  constructor(readonly readerOf: (view: string) => string) {}

  run(step: Step): void {
    if (step.do === "fail") this.#end(all, "NOT_SERVING");
    if (step.do === "expect") {
      const first = (this.#first ??= new Set(step.views.map(this.readerOf)));
      this.#expected = step.views.filter((each) => first.has(this.readerOf(each)));
    }
    if (step.do === "acknowledge") {
      const { taken, refused } = step.ack;
      const known = this.#toldBy.get(step.view) ?? new Set();
      this.#toldBy.set(step.view, new Set([...known, ...(taken === "all" ? all : taken), ...refused]));
      this.#end(refused, "OVERLOADED");
    }
    const expected = this.#expected;
    if (expected === undefined) return;
    const settled = all.filter((place) => expected.every((each) => this.#toldBy.get(each)?.has(place)));
    this.#end(settled, "taken");
  }

  #end(places: readonly number[], how: string): void {
    for (const place of places) if (place < SIZE) this.ends[place] ??= how;
  }
}

const all = Array.from({ length: SIZE }, (_, place) => place);

describe("a batch that was sent", () => {
  for (const [what, readerOf] of [
    ["views that are readers of their own", (each: string): string => each],
    ["views that take each other's place", (each: string): string => each.slice(0, 1)],
  ] as const) {
    it(`ends each message once, as soon as all who are to take it have told of it: ${what}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
          const messages = all.map((place) => trackedOutgoing(place));
          const batch = new SentBatch("topic", 1, messages);
          const model = new Model(readerOf);
          for (const each of steps) {
            if (each.do === "expect") batch.expect(new Set(each.views), readerOf);
            else if (each.do === "fail") batch.fail(new NautilusError("NOT_SERVING", "stopped"));
            else batch.acknowledge(each.view, { topic: "topic", sequence: 1, ...each.ack });
            model.run(each);
            const expected = model.ends.map((end) => (end === undefined ? [] : [end]));
            expect(messages.map(({ ends }) => ends)).toEqual(expected);
            expect(batch.isOver).toBe(model.ends.every((end) => end !== undefined));
          }
        }),
        { numRuns: 1_000 },
      );
    });
  }

  it("ends at once where nobody is to take it, and waits while that is not known", () => {
    const messages = all.map((place) => trackedOutgoing(place));
    const batch = new SentBatch("topic", 1, messages);
    expect(batch.isOver).toBe(false);
    batch.expect(new Set());
    expect(messages.map(({ ends }) => ends)).toEqual(all.map(() => ["taken"]));
  });

  it("is finished where it was only pushed once all effects are done, or once the stream has it", () => {
    const make = (): SentBatch => {
      const made = new SentBatch("topic", 1, [trackedOutgoing(0)]);
      made.isPushed = true;
      made.expect(new Set(["a~1", "b~1"]));
      return made;
    };
    const told = { topic: "topic", sequence: 1, taken: "all", refused: [] } as const;
    const batch = make();
    batch.acknowledge("a~1", { ...told, done: true });
    batch.acknowledge("b~1", told);
    expect([batch.isOver, batch.isFinished]).toEqual([true, false]);
    batch.acknowledge("b~1", { ...told, done: true });
    expect(batch.isFinished).toBe(true);
    const kept = make();
    kept.keepFor(new Set(["away"]));
    for (const each of ["a~1", "b~1"]) kept.acknowledge(each, { ...told, done: true });
    expect([kept.isFinished, kept.readers]).toEqual([false, ["a~1", "b~1", "away"]]);
    kept.entryId = "1-0";
    expect(kept.isFinished).toBe(true);
  });
});
