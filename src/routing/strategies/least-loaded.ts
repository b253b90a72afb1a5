import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

/** The fewest calls of this router that wait for an answer. */
export const leastLoaded: Strategy = {
  name: "least_loaded",
  ties: "least_called",
  score: (terms, base) => terms[base + TERM.pending]!,
};
