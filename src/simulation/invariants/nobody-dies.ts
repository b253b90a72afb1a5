// Nobody is declared dead: for scenarios in which nobody dies.
import type { Invariant } from "../invariant.js";

export function nobodyDies(): Invariant {
  return {
    name: "nobody dies",
    on: {
      nodeEvent: ({ nodeId, event: { type, subject } }) =>
        type === "node.dead" ? `${nodeId} declared ${subject} dead, which lived` : undefined,
    },
  };
}
