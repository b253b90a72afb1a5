import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

/** The one whose turn is longest ago. */
export const roundRobin: Strategy = {
  name: "round_robin",
  ties: "least_called",
  score: (terms, base) => terms[base + TERM.turn]!,
};
