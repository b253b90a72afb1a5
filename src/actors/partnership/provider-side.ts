// The agreements of consumers with this node's providers, as those consumers tell them. A provider answers who wants a place, keeps
// its best proposals where too many do, and may withdraw. Its answer stands here until the consumer tells what came of it.
import type { Clock } from "../../contracts/clock.js";
import type { Identity } from "../../contracts/identity.js";
import type { Agreement } from "../../contracts/partnership.js";
import { changed, compareBirths, compareVersions, isOpen, pairKey } from "../../partnerships/agreement.js";
import { givenBy, isUp, operationsFor } from "../../partnerships/compatibility.js";
import { admit, type Claim, type Holder } from "../../partnerships/matching.js";
import type { Listed, PartnershipMessage } from "../../partnerships/messages.js";
import { counterOffer } from "../../partnerships/terms.js";
import type { AgreementBook, Answer, PairEntry } from "./agreement-book.js";

export interface ProviderSideOptions {
  readonly clock: Clock;
  readonly book: AgreementBook;
  /** An instance of this node, as it is now. */
  readonly own: (instanceId: string) => Identity | undefined;
  readonly send: (nodeId: string, message: PartnershipMessage) => void;
}

const USUAL_PARTNERS = 64;
/** A consumer is not displaced before that: it waited, and is to have something of it. */
const PROTECTED_MS = 60_000;
/** A consumer that was turned away proposes again within two windows: one of quiet, and until the end of the next. */
const TURN_MS = 20_000;
/** One that does not has found another provider. */
const BACK_WITHIN_MS = 25_000;
const NO_ROOM = "there is no room";

/** One that has a place. */
interface Placed extends Holder {
  readonly entry: PairEntry;
}

export class ProviderSide {
  readonly #options: ProviderSideOptions;

  constructor(options: ProviderSideOptions) {
    this.#options = options;
  }

  /** How the consumer says that the agreement stands. */
  hear(agreement: Agreement): void {
    const known = this.#options.book.get("provider", pairKey(agreement));
    const order = known === undefined ? 1 : compareVersions(agreement, known.told);
    if (order === 0 && known?.told.id === agreement.id && known.answer !== undefined)
      this.#decide(known, isOpen(known.agreement));
    if (order > 0 && (known !== undefined || agreement.phase !== "dissolved")) this.#follow(agreement, known);
  }

  /** All that its consumers agreed on with this node: whatever else is held of them here, they know nothing of. */
  hearList({ nodeId, agreements, after, upTo, latest }: Listed): void {
    const listed = new Map(agreements.map((agreement) => [pairKey(agreement), agreement]));
    for (const entry of this.of(nodeId)) {
      const { pair, told } = entry;
      if (pair <= after || (upTo !== null && pair > upTo) || compareBirths(told.born, latest) > 0) continue;
      const agreement = listed.get(pair);
      if (agreement === undefined) this.forget(entry, "the consumer knows nothing of it");
      // An earlier start of the consumer's node, whose clock was set back since, told what is known here.
      else if (agreement.id !== told.id) this.#follow(agreement, entry);
    }
    for (const agreement of agreements) this.hear(agreement);
  }

  /** Agreements with consumers of a node, also those that are over. */
  of(nodeId: string): readonly PairEntry[] {
    return [...this.#options.book.all()].filter(
      ({ side, told }) => side === "provider" && told.consumerNode === nodeId,
    );
  }

  /** One of the two is down: it has no place until it is back. */
  lost(entry: PairEntry, reason: string): void {
    if (isOpen(entry.agreement)) this.#answer(entry, { verb: "suspend", reason });
  }

  /** Both are up again. */
  back(entry: PairEntry): void {
    if (entry.answer?.verb === "suspend") this.#decide(entry, false);
  }

  /** There is no consumer that owns it any more. */
  forget(entry: PairEntry, reason: string): void {
    if (entry.told.phase === "dissolved") return;
    entry.answer = undefined;
    entry.told = changed(entry.told, { verb: "dissolve", by: "consumer", reason });
    this.#options.book.stand(entry, entry.told);
  }

  #follow(agreement: Agreement, known: PairEntry | undefined): void {
    const isSame = known?.told.id === agreement.id;
    const hadPlace = isSame && isOpen(known.agreement);
    const entry = isSame ? known : this.#options.book.enter("provider", agreement);
    if (entry === undefined) {
      this.#say(agreement, { verb: "reject", reason: NO_ROOM });
      return;
    }
    if (!isSame) this.#options.book.stand(entry, agreement);
    entry.told = agreement;
    this.#decide(entry, hadPlace);
  }

  /** What there is to say to the agreement as the consumer tells it. */
  #decide(entry: PairEntry, hadPlace: boolean): void {
    const { told, answer } = entry;
    if (!isOpen(told)) {
      this.#answer(entry, undefined);
      return;
    }
    const isAsked = told.phase === "proposed";
    const refusal = isAsked ? "reject" : "dissolve";
    const own = this.#options.own(entry.provider);
    if (own === undefined || !isUp(own)) {
      this.#answer(entry, { verb: isAsked ? "reject" : "suspend", reason: `${entry.provider} is not up here` });
    } else if (answer?.verb === "reject" || answer?.verb === "dissolve") {
      this.#answer(entry, { ...answer, verb: refusal });
    } else {
      const given = givenBy(own);
      const missing = told.products.find((product) => !given.has(product));
      if (missing !== undefined)
        this.#answer(entry, { verb: refusal, reason: `${entry.provider} does not give ${missing}` });
      else if (!hadPlace && !this.#makeRoom(entry, own)) this.#answer(entry, { verb: refusal, reason: NO_ROOM });
      else this.#answer(entry, isAsked ? consent(told, own) : undefined);
    }
  }

  /** The answer stands here at once: by it places are counted. */
  #answer(entry: PairEntry, answer: Answer | undefined): void {
    const { told } = entry;
    entry.answer = answer;
    this.#options.book.stand(entry, answer === undefined ? told : changed(told, { ...answer, by: "provider" }));
    if (answer !== undefined) this.#say(told, answer);
  }

  #say(told: Agreement, answer: Answer): void {
    const { consumerNode, id, epoch } = told;
    this.#options.send(consumerNode, { type: "partnership.answered", pair: pairKey(told), id, epoch, ...answer });
  }

  /** Whether the provider takes the consumer in: into a free place, or into that of one which comes after it. */
  #makeRoom(entry: PairEntry, { instanceId, limits }: Identity): boolean {
    const nowMs = this.#options.clock.nowMs();
    const others = [...this.#options.book.of(instanceId)].filter(
      (other) => other !== entry && other.side === "provider" && other.provider === instanceId,
    );
    const held = others.filter(({ agreement }) => isOpen(agreement));
    const { history } = entry;
    const { admitted, displaced } = admit(claimOf(entry, nowMs), {
      free: (limits.partners ?? USUAL_PARTNERS) - held.length,
      holders: held.map((other) => placedOf(other, nowMs)),
      waiting: others.filter((other) => isWaiting(other, nowMs)).map((other) => claimOf(other, nowMs)),
    });
    if (!admitted) {
      history.refused = { firstMs: history.refused?.firstMs ?? nowMs, lastMs: nowMs };
      return false;
    }
    if (displaced !== undefined) {
      const verb = displaced.entry.told.phase === "proposed" ? "reject" : "dissolve";
      this.#answer(displaced.entry, { verb, reason: "others came first" });
    }
    history.refused = undefined;
    history.protectedUntilMs = nowMs + PROTECTED_MS;
    return true;
  }
}

function consent({ terms, products }: Agreement, own: Identity): Answer {
  const offer = counterOffer(terms, operationsFor(own, products));
  if (offer === undefined) return { verb: "accept", reason: "the terms can be kept" };
  return { verb: "counter", reason: "other terms can be kept", terms: offer };
}

function isWaiting({ agreement, history }: PairEntry, nowMs: number): boolean {
  return !isOpen(agreement) && nowMs - (history.refused?.lastMs ?? -Infinity) <= BACK_WITHIN_MS;
}

function placedOf(entry: PairEntry, nowMs: number): Placed {
  return { ...claimOf(entry, nowMs), isProtected: entry.history.protectedUntilMs > nowMs, entry };
}

function claimOf({ consumer, told, history }: PairEntry, nowMs: number): Claim {
  const { relationship, priority, trust, spare } = told;
  // Only a consumer without any partner is owed one.
  const waited = spare ? 0 : Math.floor((nowMs - (history.refused?.firstMs ?? nowMs)) / TURN_MS);
  return { consumer, relationship, priority, trust, spare, waited };
}
