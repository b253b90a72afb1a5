import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

/** The fewest of the wanted capabilities missing. */
export const capabilityMatch: Strategy = {
  name: "capability_match",
  ties: "least_called",
  score: (terms, base) => terms[base + TERM.missingCapabilities]!,
};
