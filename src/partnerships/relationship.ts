// When partners come closer, and what being close is worth to the router. Going down takes other evidence than going up, so
// that nothing flaps: up by a lower bound of trust and good windows in a row, down by bad windows in a row.
import type { Agreement, Relationship, TrustEvidence } from "../contracts/partnership.js";
import { trustLower } from "./trust.js";

/** Lower bounds of trust for the step up from a relationship. */
const TRUST_TO_PROMOTE: Readonly<Record<Relationship, number>> = { optional: 0.8, secondary: 0.9, primary: Infinity };

/** `hasOtherPrimary`: the consumer has a primary partner for one of the products already. There is one at a time. */
export function mayPromote(relationship: Relationship, trust: TrustEvidence, hasOtherPrimary: boolean): boolean {
  if (relationship === "secondary" && hasOtherPrimary) return false;
  return trustLower(trust) >= TRUST_TO_PROMOTE[relationship];
}

const CLOSENESS: Readonly<Record<Relationship, number>> = { primary: 0.8, secondary: 0.9, optional: 1 };
const STRAIN = 1.25;

/** What the expected time of a partner is multiplied by when the router chooses: less is better, 1 is a stranger. */
export function preferenceFactor({ phase, strained, relationship }: Agreement): number {
  if (phase !== "active") return 1;
  return CLOSENESS[relationship] * (strained ? STRAIN : 1);
}
