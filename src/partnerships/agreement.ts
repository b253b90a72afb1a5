// How an agreement changes, and which of two versions of it counts. The order is a lattice: whatever is lost, doubled or comes
// late, both sides end at the same agreement as soon as they hear of each other's last.
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

export interface Change extends Partial<Pick<Agreement, "terms" | "trust">> {
  readonly verb: PartnershipVerb;
  readonly by: PartnershipSide;
  readonly reason: string;
}

const REASON_LENGTH = 300;

/** The agreement after one more change: an epoch later. */
export function changed(agreement: Agreement, { verb, by, reason, ...rest }: Change): Agreement {
  return {
    ...agreement,
    ...rest,
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

/**
 * Which of two versions of what one pair agreed on counts: positive where it is `a`, zero where they are the same. A later
 * proposal replaces an earlier one. What one side dissolved stays dissolved, whatever the other did meanwhile; otherwise the
 * later epoch counts, of equal ones a suspension, and then the consumer's word.
 */
export function compareAgreements(a: Agreement, b: Agreement): number {
  return (
    compareBirths(a.born, b.born) ||
    Number(a.phase === "dissolved") - Number(b.phase === "dissolved") ||
    a.epoch - b.epoch ||
    Number(a.phase === "suspended") - Number(b.phase === "suspended") ||
    Number(a.by === "consumer") - Number(b.by === "consumer")
  );
}

export function compareBirths(a: Agreement["born"], b: Agreement["born"]): number {
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
