// The chain of the journal holds to the last entry.
import type { Invariant } from "../invariant.js";

export function journalHolds(): Invariant {
  return {
    name: "journal holds",
    finish: ({ journal }) => {
      const broken = journal.firstBroken();
      return broken === undefined ? undefined : `entry ${broken} is not what was appended`;
    },
  };
}
