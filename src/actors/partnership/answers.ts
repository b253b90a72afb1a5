// What a side answers when the other proposes something: whether there is room, and whether the terms can be kept.
import type { Identity } from "../../contracts/identity.js";
import { isOpen } from "../../partnerships/agreement.js";
import { givenBy, operationsFor } from "../../partnerships/compatibility.js";
import { admit, type Claim, type Holder, type Room } from "../../partnerships/matching.js";
import { counterOffer, isTakeable } from "../../partnerships/terms.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";

/** A consumer that wants a place at a provider of this node. */
export interface Answering {
  readonly entry: PairEntry;
  readonly provider: Identity;
  readonly book: AgreementBook;
  readonly nowMs: number;
}

/** One that has a place. */
interface Placed extends Holder {
  readonly entry: PairEntry;
}

const USUAL_PARTNERS = 64;
/** Nobody is displaced before that: whoever waited is to have something of it. */
const PROTECTED_MS = 60_000;
/** Whoever was turned away proposes again within two windows: one of quiet, and until the end of the next. */
const TURN_MS = 20_000;
/** One that does not has found somebody else. */
const BACK_WITHIN_MS = 25_000;
const NO_ROOM = "there is no room";

/** The provider's answer to a consumer that is new to it, or that it no longer knows. */
export function answerProposal(answering: Answering): void {
  const { entry, provider } = answering;
  const given = givenBy(provider);
  const missing = entry.agreement.products.find((product) => !given.has(product));
  if (missing !== undefined) entry.current?.reject(`${provider.instanceId} does not give ${missing}`);
  else if (makeRoom(answering)) accept(answering);
  else entry.current?.reject(NO_ROOM);
}

/** Whether the provider takes the consumer in: into a free place, or into that of one which comes after it. */
export function makeRoom(answering: Answering): boolean {
  const { entry, nowMs } = answering;
  const { admitted, displaced } = admit(claimOf(entry, nowMs), roomAt(answering));
  if (!admitted) {
    turnAway(entry, nowMs);
    return false;
  }
  displaced?.entry.current?.dissolve("others came first");
  seat(answering);
  return true;
}

function accept({ entry: { agreement, current }, provider }: Answering): void {
  const operations = operationsFor(provider, agreement.products);
  const offer = agreement.phase === "proposed" ? counterOffer(agreement.terms, operations) : undefined;
  if (offer === undefined) current?.answer("ACCEPT");
  else current?.answer("COUNTER", offer);
}

function seat({ entry: { history }, nowMs }: Answering): void {
  history.refused = undefined;
  history.protectedUntilMs = nowMs + PROTECTED_MS;
}

function turnAway({ history }: PairEntry, nowMs: number): void {
  history.refused = { firstMs: history.refused?.firstMs ?? nowMs, lastMs: nowMs };
}

/** As it is for one that is not served yet, which does not count itself. */
function roomAt(answering: Answering): Room<Placed> {
  const { provider, nowMs } = answering;
  const others = othersAt(answering);
  const held = others.filter(({ agreement }) => isOpen(agreement));
  return {
    free: (provider.limits.partners ?? USUAL_PARTNERS) - held.length,
    holders: held.map((other) => placedOf(other, nowMs)),
    waiting: others.filter((other) => isWaiting(other, nowMs)).map((other) => claimOf(other, nowMs)),
  };
}

function othersAt({ entry, provider: { instanceId }, book }: Answering): readonly PairEntry[] {
  return [...book.of(instanceId)].filter(
    (other) => other !== entry && other.side === "provider" && other.provider === instanceId,
  );
}

function isWaiting({ agreement, history }: PairEntry, nowMs: number): boolean {
  return !isOpen(agreement) && nowMs - (history.refused?.lastMs ?? -Infinity) <= BACK_WITHIN_MS;
}

function placedOf(entry: PairEntry, nowMs: number): Placed {
  return { ...claimOf(entry, nowMs), isProtected: entry.history.protectedUntilMs > nowMs, entry };
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
