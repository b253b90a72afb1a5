// Who is served when more consumers come to a provider than it agrees with: deferred acceptance (Gale and Shapley 1962, with
// consumers proposing). Each provider keeps the best it has heard of and lets the others go on to their next. However the
// proposals happen to arrive, nobody ends who would rather be with a provider that would rather have it: no blocking pair.
// Nobody has two while another has none, and waiting counts: whoever was outside for long enough comes before anybody who was
// served meanwhile.
import type { Agreement, TrustEvidence } from "../contracts/partnership.js";
import { PRIORITY_RANK } from "../contracts/priority.js";
import { rankOf } from "./agreement.js";
import { trustLower } from "./trust.js";

/** What a provider ranks its consumers by. */
export interface Claim {
  readonly consumer: string;
  readonly relationship: Agreement["relationship"];
  readonly trust: TrustEvidence;
  readonly priority: Agreement["priority"];
  /** It has another partner for everything that it wants here. */
  readonly spare: boolean;
  /** Whole turns since it was turned away for the first time since it was last served. */
  readonly waited: number;
}

/** Three turns make up for any relationship: the loosest then comes before the closest that did not wait. */
function standing({ relationship, waited }: Claim): number {
  return rankOf(relationship) + waited;
}

/** Whoever has no other partner comes first. Negative where `a` does. Never zero for two consumers: every provider's order is strict, as the proof needs it. */
export function compareClaims(a: Claim, b: Claim): number {
  return (
    Number(a.spare) - Number(b.spare) ||
    standing(b) - standing(a) ||
    trustLower(b.trust) - trustLower(a.trust) ||
    PRIORITY_RANK[a.priority] - PRIORITY_RANK[b.priority] ||
    (a.consumer < b.consumer ? -1 : Number(a.consumer > b.consumer))
  );
}

/** One that is served. */
export interface Holder extends Claim {
  /** It came lately, and is to have something of it first. */
  readonly isProtected: boolean;
}

export interface Admission<H extends Holder> {
  readonly admitted: boolean;
  /** Let go to make room. */
  readonly displaced: H | undefined;
}

/** What a provider has to give. */
export interface Room<H extends Holder> {
  /** Places that nobody has; below zero where more are served than there are places. */
  readonly free: number;
  readonly holders: readonly H[];
  /** Others that were turned away lately, and will be back: a place that they have the better claim to is kept for them. */
  readonly waiting: readonly Claim[];
}

/**
 * One step of deferred acceptance. A turn is the time in which everybody who is outside asks once. With a protection of T turns, of
 * C consumers without another partner for K places nobody is outside for longer than 4 + (T + 1) ⌈(C − 1) / K⌉ turns: after 3 a
 * waiter comes before all that are served; whoever is let in before it had waited longer, and comes after it the next time; and
 * each place changes hands at least every T + 1 turns.
 */
export function admit<H extends Holder>(newcomer: Claim, { free, holders, waiting }: Room<H>): Admission<H> {
  const before = waiting.filter((waiter) => compareClaims(waiter, newcomer) < 0).length;
  if (free > before) return { admitted: true, displaced: undefined };
  const yielding = holders
    .filter((holder) => mayYield(holder, newcomer) && compareClaims(newcomer, holder) < 0)
    .sort(compareClaims);
  if (Math.max(0, free) + yielding.length <= before) return { admitted: false, displaced: undefined };
  return { admitted: true, displaced: free > 0 ? undefined : yielding.at(-1) };
}

/** Whether it may be let go for the newcomer. A spare partner is no loss, and may at once for one that has none. */
function mayYield(holder: Holder, newcomer: Claim): boolean {
  return !holder.isProtected || (holder.spare && !newcomer.spare);
}
