import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BoundedQueue } from "../../../src/kernel/bounded-queue.js";
import { collectGarbage } from "../../support/collect-garbage.js";

describe("BoundedQueue", () => {
  it("refuses a capacity that is no positive integer", () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => new BoundedQueue(capacity)).toThrow("queue capacity must be a positive integer");
    }
  });

  it("gives things back in the order they came", () => {
    const queue = new BoundedQueue<number>(100);
    for (let item = 0; item < 100; item += 1) expect(queue.push(item)).toBe(true);
    expect(queue.isFull).toBe(true);
    expect(queue.push(100)).toBe(false);
    for (let item = 0; item < 100; item += 1) expect(queue.shift()).toBe(item);
    expect(queue.shift()).toBeUndefined();
  });

  it("replaces and removes the newest that matches", () => {
    const queue = new BoundedQueue<string>(4);
    for (const item of ["a1", "b1", "a2", "c1"]) queue.push(item);
    expect(queue.replace((item) => item.startsWith("a"), "a3")).toBe(true);
    expect(queue.toArray()).toEqual(["a1", "b1", "a3", "c1"]);
    expect(queue.remove((item) => item.startsWith("a"))).toBe("a3");
    expect(queue.toArray()).toEqual(["a1", "b1", "c1"]);
    expect(queue.replace((item) => item === "d", "d1")).toBe(false);
    expect(queue.remove((item) => item === "d")).toBeUndefined();
  });

  it("lets go of what it gave back", async () => {
    const queue = new BoundedQueue<object>(8);
    let item: object | undefined = {};
    const kept = new WeakRef(item);
    queue.push(item);
    queue.push({});
    queue.remove((candidate) => candidate === item);
    queue.push(item);
    queue.shift();
    queue.shift();
    item = undefined;
    await collectGarbage();
    expect(kept.deref()).toBeUndefined();
    expect(queue.length).toBe(0);
  });

  it("behaves as an array would, whatever is done to it", () => {
    const even = (item: number): boolean => item % 2 === 0;
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ name: fc.constant("push" as const), item: fc.nat(9) }) },
      { weight: 3, arbitrary: fc.record({ name: fc.constant("shift" as const), item: fc.nat(9) }) },
      fc.record({ name: fc.constantFrom("replace", "remove", "extract", "drain"), item: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 120 }), (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity);
        let model: number[] = [];
        for (const { name, item } of steps) {
          const newest = model.findLastIndex(even);
          if (name === "push") {
            expect(queue.push(item)).toBe(model.length < capacity);
            if (model.length < capacity) model.push(item);
          } else if (name === "shift") {
            expect(queue.shift()).toBe(model.shift());
          } else if (name === "replace") {
            expect(queue.replace(even, item)).toBe(newest >= 0);
            if (newest >= 0) model[newest] = item;
          } else if (name === "remove") {
            expect(queue.remove(even)).toBe(newest < 0 ? undefined : model.splice(newest, 1)[0]);
          } else {
            const taken = name === "extract" ? model.filter(even) : model;
            expect(name === "extract" ? queue.extract(even) : queue.drain()).toEqual(taken);
            model = model.filter((kept) => !taken.includes(kept));
          }
          expect(queue.toArray()).toEqual(model);
          expect(queue.length).toBe(model.length);
          expect(queue.isFull).toBe(model.length === capacity);
        }
      }),
    );
  });
});
