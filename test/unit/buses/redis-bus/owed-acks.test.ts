import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OwedAcks } from "../../../../src/buses/redis-bus/owed-acks.js";
import type { Ack } from "../../../../src/buses/redis-bus/sent-batch.js";

const VIEWS = ["a~1", "b~1", "c~1"] as const;

interface Told {
  readonly view: string;
  readonly sequence: number;
}

function ack(sequence: number, mayRide: boolean): Ack {
  const heard = mayRide ? { heard: true, done: true } : {};
  return { topic: "topic", sequence, taken: "all", refused: [], ...heard };
}

describe("acks that are owed", () => {
  it("are each told once, whatever may ride along with something else, and are few enough there", () => {
    const view = fc.constantFrom(...VIEWS);
    const step = fc.oneof(
      fc.record({ add: view, mayRide: fc.boolean() }),
      fc.record({ ride: view, most: fc.nat(3) }),
      fc.constant({ due: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const owed = new OwedAcks();
        const [added, told]: [Told[], Told[]] = [[], []];
        let sequence = 0;
        for (const each of steps) {
          if ("add" in each) {
            sequence += 1;
            owed.add(each.add, ack(sequence, each.mayRide));
            added.push({ view: each.add, sequence });
          } else if ("ride" in each) {
            const riding = owed.takeDone(each.ride, each.most);
            expect(riding.length).toBeLessThanOrEqual(each.most);
            told.push(...riding.map(([to, , number]) => ({ view: to, sequence: number })));
          } else for (const [to, acks] of owed.takeDue()) told.push(...acks.map((one) => ({ view: to, ...pick(one) })));
          expect(owed.isEmpty).toBe(added.length === told.length);
        }
        for (const [to, acks] of owed.takeAll()) told.push(...acks.map((one) => ({ view: to, ...pick(one) })));
        expect(owed.isEmpty).toBe(true);
        expect(told.sort(bySequence)).toEqual(added);
      }),
    );
  });

  it("wait for one round where others of the same view have just ridden along, and no longer", () => {
    const owed = new OwedAcks();
    owed.add("a~1", ack(1, true));
    expect(owed.takeDone("a~1", 10)).toEqual([["a~1", "topic", 1]]);
    owed.add("a~1", ack(2, true));
    owed.add("b~1", ack(1, true));
    expect(owed.takeDue().map(([view]) => view)).toEqual(["b~1"]);
    expect(owed.takeDue().map(([view]) => view)).toEqual(["a~1"]);
  });

  it("do not wait for those of which their publisher would not know better what to do", () => {
    const owed = new OwedAcks();
    owed.add("a~1", ack(1, true));
    owed.takeDone("a~1", 10);
    owed.add("a~1", ack(2, false));
    expect(owed.takeDue().map(([view]) => view)).toEqual(["a~1"]);
  });

  it("do not ride past others: what is left may say of the same batch what they do not", () => {
    const owed = new OwedAcks();
    const refusal: Ack = { topic: "topic", sequence: 1, taken: [0], refused: [1], heard: true };
    for (const each of [refusal, ack(1, true), ack(2, true)]) owed.add("a~1", each);
    expect(owed.takeDone("a~1", 10)).toEqual([]);
    expect(owed.takeDue()).toEqual([["a~1", [refusal, ack(1, true), ack(2, true)]]]);
  });

  it("that could not be told come before those since", () => {
    const owed = new OwedAcks();
    owed.add("a~1", ack(1, true));
    const [[view, acks] = ["", []]] = owed.takeDue();
    owed.add("a~1", ack(2, true));
    owed.restore(view, acks);
    expect(owed.takeDue()).toEqual([["a~1", [ack(1, true), ack(2, true)]]]);
  });
});

function pick({ sequence }: Ack): { readonly sequence: number } {
  return { sequence };
}

function bySequence(a: Told, b: Told): number {
  return a.sequence - b.sequence;
}
