import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

/** The closest partner of the caller; among equally close ones the one with the least pending. */
export const partnershipPreference: Strategy = {
  name: "partnership_preference",
  ties: "least_called",
  score: (terms, base) => terms[base + TERM.preference]! * 1e6 + terms[base + TERM.pending]!,
};
