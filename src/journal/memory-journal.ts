// The journal in memory: a hash chain whose newest entries are kept. Without files it proves order and content for as long as the
// process lives, and lets two runs be compared by one hash.
import { hash } from "node:crypto";
import type { Journal, JournalEntry, JournalRecord } from "../contracts/journal.js";
import { BoundedQueue } from "../kernel/bounded-queue.js";
import { canonicalJson } from "./canonical-json.js";

/** What the first entry is bound to. */
const GENESIS = "0".repeat(64);

/** @param capacity entries kept; the oldest makes room, and the chain goes on from its hash */
export function createMemoryJournal(capacity: number): Journal {
  const kept = new BoundedQueue<JournalEntry>(capacity);
  let sequence = 0;
  let head = GENESIS;
  /** Of the newest entry that is no longer kept. */
  let anchor = GENESIS;
  return {
    append: (record) => {
      const next = linkOf(head, record);
      sequence += 1;
      head = next;
      if (kept.isFull) anchor = kept.shift()?.hash ?? anchor;
      kept.push({ ...record, sequence, hash: next });
    },
    head: () => ({ sequence, hash: head }),
    entries: () => kept.toArray(),
    firstBroken: () => {
      let previous = anchor;
      for (const entry of kept.toArray()) {
        if (linkOf(previous, entry) !== entry.hash) return entry.sequence;
        previous = entry.hash;
      }
      return undefined;
    },
  };
}

function linkOf(previous: string, { at, node, kind, subject, data }: JournalRecord): string {
  return hash("sha256", previous + canonicalJson({ at, node, kind, subject, data }), "hex");
}
