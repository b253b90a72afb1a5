// How an agreement changes, and which of two versions of it is later. It has one writer, its consumer, so versions are ordered.
import type {
  Agreement,
  PartnershipPhase,
  PartnershipSide,
  PartnershipVerb,
  Relationship,
} from "../contracts/partnership.js";
import { RELATIONSHIPS } from "../contracts/partnership.js";

/** The phase that a verb leads to; `undefined`: it stays. */
const PHASE_AFTER: Readonly<Record<PartnershipVerb, PartnershipPhase | undefined>> = {
  propose: "proposed",
  counter: "negotiating",
  accept: "trial",
  reject: "dissolved",
  confirm: "active",
  strain: "active",
  relieve: "active",
  promote: undefined,
  demote: undefined,
  amend: undefined,
  suspend: "suspended",
  resume: "trial",
  dissolve: "dissolved",
};

export interface Change {
  readonly verb: PartnershipVerb;
  readonly by: PartnershipSide;
  readonly reason: string;
  readonly terms?: Agreement["terms"] | undefined;
  readonly trust?: Agreement["trust"] | undefined;
}

const REASON_LENGTH = 300;

/** The agreement after one more change: an epoch later. */
export function changed(agreement: Agreement, { verb, by, reason, terms, trust }: Change): Agreement {
  return {
    ...agreement,
    terms: terms ?? agreement.terms,
    trust: trust ?? agreement.trust,
    phase: PHASE_AFTER[verb] ?? agreement.phase,
    strained: verb === "strain" || (agreement.strained && PHASE_AFTER[verb] === undefined),
    spare: agreement.spare && verb !== "amend",
    relationship: relationshipAfter(verb, agreement.relationship),
    epoch: agreement.epoch + 1,
    by,
    verb,
    reason: reason.slice(0, REASON_LENGTH),
  };
}

function relationshipAfter(verb: PartnershipVerb, relationship: Relationship): Relationship {
  const step = verb === "promote" ? 1 : verb === "demote" ? -1 : 0;
  return RELATIONSHIPS[rankOf(relationship) + step] ?? relationship;
}

/** 0 for the loosest. */
export function rankOf(relationship: Relationship): number {
  return RELATIONSHIPS.indexOf(relationship);
}

type Birth = Agreement["born"];
type Version = Pick<Agreement, "born" | "epoch">;

/** Positive where `a` is the later version of what a pair agreed on. A later proposal replaces an earlier one. */
export function compareVersions(a: Version, b: Version): number {
  return compareBirths(a.born, b.born) || a.epoch - b.epoch;
}

export function compareBirths(a: Birth, b: Birth): number {
  return a.incarnation - b.incarnation || a.ordinal - b.ordinal;
}

/** Names a pair; the same on both sides. */
export function pairKey({ consumer, provider }: Pick<Agreement, "consumer" | "provider">): string {
  return `${consumer}>${provider}`;
}

export function otherSide(side: PartnershipSide): PartnershipSide {
  return side === "consumer" ? "provider" : "consumer";
}

/** Whether it is in force, or on its way to be. */
export function isOpen({ phase }: Pick<Agreement, "phase">): boolean {
  return phase !== "dissolved" && phase !== "suspended";
}
