import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../../src/contracts/journal.js";
import { createMemoryJournal } from "../../../src/journal/memory-journal.js";

function recordOf(data: unknown): JournalRecord {
  return { at: "2020-01-01T00:00:00.000Z", node: "a", kind: "engine.faulted", subject: "E.1@a", data };
}

describe("createMemoryJournal", () => {
  it("chains SHA-256 over the hash before and the canonical record", () => {
    const journal = createMemoryJournal(8);
    journal.append(recordOf({ b: 1, a: 2 }));
    const text =
      '{"at":"2020-01-01T00:00:00.000Z","data":{"a":2,"b":1},"kind":"engine.faulted","node":"a","subject":"E.1@a"}';
    const first = createHash("sha256")
      .update("0".repeat(64) + text)
      .digest("hex");
    expect(journal.head()).toEqual({ sequence: 1, hash: first });
    journal.append(recordOf(null));
    const second = createHash("sha256")
      .update(first + text.replace('{"a":2,"b":1}', "null"))
      .digest("hex");
    expect(journal.head()).toEqual({ sequence: 2, hash: second });
    expect(journal.entries().map(({ sequence, hash }) => [sequence, hash])).toEqual([
      [1, first],
      [2, second],
    ]);
  });

  it("gives the same hash for the same records and another for any other", () => {
    const [one, same, other] = [createMemoryJournal(4), createMemoryJournal(2), createMemoryJournal(4)];
    for (const value of [1, 2, 3]) {
      one.append(recordOf({ value }));
      same.append(recordOf({ value }));
      other.append(recordOf({ value: value === 2 ? -2 : value }));
    }
    expect(same.head()).toEqual(one.head());
    expect(other.head().hash).not.toBe(one.head().hash);
  });

  it("keeps the newest and still verifies them", () => {
    const journal = createMemoryJournal(3);
    for (let value = 0; value < 10; value += 1) journal.append(recordOf({ value }));
    expect(journal.entries().map(({ sequence }) => sequence)).toEqual([8, 9, 10]);
    expect(journal.firstBroken()).toBeUndefined();
  });

  it("names the first entry that was changed afterwards", () => {
    const journal = createMemoryJournal(8);
    const data = { value: 1 };
    journal.append(recordOf({}));
    journal.append(recordOf(data));
    journal.append(recordOf({}));
    data.value = 2;
    expect(journal.firstBroken()).toBe(2);
  });

  it("appends nothing where data has no canonical form", () => {
    const journal = createMemoryJournal(8);
    expect(() => {
      journal.append(recordOf(new Map()));
    }).toThrow(TypeError);
    expect(journal.head().sequence).toBe(0);
  });
});
