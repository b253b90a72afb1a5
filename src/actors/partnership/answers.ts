// What a side answers when the other proposes something: whether there is room, and whether the terms can be kept.
import type { Identity } from "../../contracts/identity.js";
import { isOpen } from "../../partnerships/agreement.js";
import { admit, type Admission, type Claim } from "../../partnerships/matching.js";
import { givenBy, operationsFor } from "../../partnerships/compatibility.js";
import { counterOffer, isTakeable } from "../../partnerships/terms.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";

export interface Answering {
  readonly entry: PairEntry;
  readonly provider: Identity;
  readonly book: AgreementBook;
  readonly nowMs: number;
}

const USUAL_PARTNERS = 64;
/** Nobody is displaced before that: whoever waited is to have something of it. */
const PROTECTED_MS = 60_000;
/** Whoever was turned away proposes again within two windows: one of quiet, and until the end of the next. */
const TURN_MS = 20_000;
/** One that does not has found somebody else. */
const BACK_WITHIN_MS = 25_000;

/** The provider's answer to a consumer that is new to it, or that it no longer knows. */
export function answerProposal(answering: Answering): void {
  const { agreement, current } = answering.entry;
  if (current === undefined) return;
  const given = givenBy(answering.provider);
  const missing = agreement.products.find((product) => !given.has(product));
  if (missing !== undefined) {
    current.reject(`${answering.provider.instanceId} does not give ${missing}`);
    return;
  }
  if (!makeRoom(answering)) {
    current.reject("there is no room");
    return;
  }
  const operations = operationsFor(answering.provider, agreement.products);
  const offer = agreement.phase === "proposed" ? counterOffer(agreement.terms, operations) : undefined;
  if (offer === undefined) current.answer("ACCEPT");
  else current.answer("COUNTER", offer);
}

/** Whether the provider takes the consumer in: into a free place, or into that of one which comes after it. */
export function makeRoom(answering: Answering): boolean {
  const { entry, nowMs } = answering;
  const { admitted, displaced } = admission(answering, answering.provider.limits.partners ?? USUAL_PARTNERS);
  if (!admitted) {
    entry.history.refused = { firstMs: entry.history.refused?.firstMs ?? nowMs, lastMs: nowMs };
    return false;
  }
  if (displaced !== undefined) displaced.current?.dissolve("others came first");
  entry.history.refused = undefined;
  entry.history.protectedUntilMs = nowMs + PROTECTED_MS;
  return true;
}

function admission(
  { entry, book, nowMs }: Answering,
  capacity: number,
): Omit<Admission<Claim>, "displaced"> & { readonly displaced: PairEntry | undefined } {
  const others = book.open(entry.provider, "provider").filter((other) => other !== entry);
  const waiting = [...book.of(entry.provider)].filter(
    (other) => other !== entry && other.side === "provider" && isWaiting(other, nowMs),
  );
  const holders = others.map((other) => ({ ...claimOf(other, nowMs), entry: other }));
  const { admitted, displaced } = admit(claimOf(entry, nowMs), holders, {
    capacity,
    // A spare partner is no loss, and is let go for one that has none at once.
    mayDisplace: ({ spare, entry: holder }) =>
      holder.history.protectedUntilMs <= nowMs || (spare && !entry.agreement.spare),
    waiting: waiting.map((other) => claimOf(other, nowMs)),
  });
  return { admitted, displaced: displaced?.entry };
}

function isWaiting({ agreement, provider, history }: PairEntry, nowMs: number): boolean {
  return (
    agreement.provider === provider &&
    !isOpen(agreement) &&
    nowMs - (history.refused?.lastMs ?? -Infinity) <= BACK_WITHIN_MS
  );
}

function claimOf({ consumer, agreement, history }: PairEntry, nowMs: number): Claim {
  const { relationship, priority, trust, spare } = agreement;
  // Only whoever is without any partner is owed one.
  const waited = spare ? 0 : Math.floor((nowMs - (history.refused?.firstMs ?? nowMs)) / TURN_MS);
  return { consumer, relationship, priority, trust, spare, waited };
}

/** The consumer's answer to other terms than it asked for. */
export function answerCounter(entry: PairEntry, book: AgreementBook): void {
  const { agreement, asked, current, consumer, provider } = entry;
  const isServed = (product: string): boolean =>
    book
      .open(consumer, "consumer")
      .some((other) => other.provider !== provider && other.agreement.products.includes(product));
  if (isTakeable(asked, agreement.terms, agreement.products.every(isServed))) current?.answer("ACCEPT");
  else current?.reject(`${agreement.terms.latencyMs} ms and ${agreement.terms.reliabilityPct} % are too little`);
}
