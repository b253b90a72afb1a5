// What this node's engines have agreed on, and how a word of the other side changes it. However words are lost, doubled or late,
// each side keeps the later agreement, and answers an earlier one by telling what it has.
import type { Clock } from "../../contracts/clock.js";
import type { Identity } from "../../contracts/identity.js";
import type { Agreement, PartnershipSide } from "../../contracts/partnership.js";
import { changed, compareAgreements, compareBirths, isOpen, otherSide, pairKey } from "../../partnerships/agreement.js";
import { isUp } from "../../partnerships/compatibility.js";
import { AgreementBook, type PairEntry } from "./agreement-book.js";
import { AgreementSide } from "./agreement-side.js";
import { answerCounter, answerProposal, makeRoom, type Answering } from "./answers.js";
import { PartnerFactors } from "./partner-factors.js";
import type { PartnershipPost } from "./partnership-post.js";

export interface LedgerOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly post: PartnershipPost;
  /** An instance of this node, as it is now. */
  readonly own: (instanceId: string) => Identity | undefined;
  /** An agreement changed, as this node sees it; told once where both sides are here. */
  readonly onChanged: (agreement: Agreement) => void;
  /** One ended: there may be room for another. */
  readonly onEnded: () => void;
}

/** Whoever ended an agreement is not proposed to again before that; a provider whose terms would not do, for longer. */
const QUIET_MS = 10_000;
const QUIET_AFTER_TERMS_MS = 60_000;
const MOST_DOUBLINGS = 6;

export class AgreementLedger {
  readonly book = new AgreementBook();
  readonly counts = { formed: 0, dissolved: 0 };
  readonly factors = new PartnerFactors();
  readonly #options: LedgerOptions;
  /** The latest proposal that was heard of: those of this node come after it, even when its clock was set back. */
  #latest: Agreement["born"] = { incarnation: 0, ordinal: 0 };

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  propose(agreement: Agreement): void {
    const entry = this.#enter("consumer", agreement);
    if (entry === undefined) return;
    this.#show(entry);
    this.#options.post.tell("provider", entry.agreement);
  }

  /** Of the next proposal of this node, whose present incarnation is given. */
  nextBirth(incarnation: number): Agreement["born"] {
    const latest = this.#latest;
    const isLater = incarnation > latest.incarnation;
    this.#latest = isLater ? { incarnation, ordinal: 1 } : { ...latest, ordinal: latest.ordinal + 1 };
    return this.#latest;
  }

  /** Begins an agreement on one side, in place of an earlier one of the pair. */
  #enter(side: PartnershipSide, agreement: Agreement): PairEntry | undefined {
    const entry = this.book.enter(side, agreement);
    if (entry === undefined) return undefined;
    const { clock, post } = this.#options;
    entry.current?.stop();
    entry.asked = agreement.terms;
    entry.history.counted = undefined;
    entry.agreement = agreement;
    entry.current = new AgreementSide({
      side,
      agreement,
      clock,
      trust: () => entry.history.trust,
      onAnnounced: (next) => {
        this.#takeOver(entry, next);
        post.tell(otherSide(side), next);
      },
    });
    return entry;
  }

  /** The agreement stands anew on this side, by its own doing or the other's. */
  #takeOver(entry: PairEntry, agreement: Agreement): void {
    const before = entry.agreement;
    entry.agreement = agreement;
    if (entry.side === "provider") entry.history.trust = agreement.trust;
    else this.factors.update(agreement);
    this.#show(entry);
    if (agreement.phase === "trial" && before.phase !== "suspended" && this.#isTold(entry)) this.counts.formed += 1;
    if (agreement.phase === "active") entry.history.refusals = 0;
    if (agreement.terms.latencyMs !== before.terms.latencyMs) entry.history.counted = undefined;
    if (agreement.phase === "dissolved") this.#ended(entry);
  }

  #ended(entry: PairEntry): void {
    const { current } = entry;
    entry.current = undefined;
    // It may be within an action of its statechart.
    queueMicrotask(() => {
      current?.stop();
    });
    if (this.#isTold(entry)) this.counts.dissolved += 1;
    this.#rest(entry);
    this.#options.onEnded();
  }

  /**
   * However it ended, the pair has a rest, so that two who cannot agree do not try without end. One that was turned away asks
   * less and less often while it has another partner; one that has none asks every turn, as its claim is to grow.
   */
  #rest({ agreement, history }: PairEntry): void {
    const nowMs = this.#options.clock.nowMs();
    const wasTurnedAway = agreement.by === "provider";
    const hadTerms = agreement.verb === "reject" && agreement.by === "consumer";
    history.quietUntilMs = nowMs + (hadTerms ? QUIET_AFTER_TERMS_MS : QUIET_MS);
    if (!wasTurnedAway) return;
    history.spareQuietUntilMs = nowMs + QUIET_MS * 2 ** Math.min(history.refusals, MOST_DOUBLINGS);
    history.refusals += 1;
  }

  #show(entry: PairEntry): void {
    const { agreement, history } = entry;
    const { clock, onChanged } = this.#options;
    history.note(agreement, new Date(clock.wallMs()).toISOString(), clock.nowMs());
    if (this.#isTold(entry)) onChanged(agreement);
  }

  /** Where both sides are here, what happens is told and counted by the consumer's. */
  #isTold({ side, agreement }: PairEntry): boolean {
    return side === "consumer" || agreement.consumerNode !== this.#options.nodeId;
  }

  /** Brings together how the agreement stands here with how the other side says it stands. */
  merge(side: PartnershipSide, agreement: Agreement): void {
    if (compareBirths(agreement.born, this.#latest) > 0) this.#latest = agreement.born;
    const entry = this.book.get(side, pairKey(agreement));
    if (entry === undefined || compareBirths(agreement.born, entry.agreement.born) > 0) {
      this.#meet(side, agreement);
      return;
    }
    const order = compareAgreements(agreement, entry.agreement);
    if (order < 0) this.#options.post.tell(otherSide(side), entry.agreement);
    else if (order === 0) this.#noted(side, agreement);
    else this.#follow(entry, agreement);
  }

  #follow(entry: PairEntry, agreement: Agreement): void {
    const { side, current } = entry;
    const hadPlace = isOpen(entry.agreement);
    this.#noted(side, agreement);
    if (current?.hear(agreement) !== true) {
      entry.agreement = agreement;
      return;
    }
    this.#takeOver(entry, agreement);
    const own = this.#ownUp(entry[side]);
    if (own === undefined) current.lost(`${entry[side]} is not up`);
    else if (side === "provider") {
      if (!hadPlace) this.#admitAgain(entry, own);
    } else if (agreement.phase === "negotiating") answerCounter(entry, this.book);
  }

  /** Whoever was suspended needs a place again; that it resumed may be heard of only by what the other side did after that. */
  #admitAgain(entry: PairEntry, provider: Identity): void {
    if (!isOpen(entry.agreement)) return;
    const answering = this.#answering(entry, provider);
    if (!makeRoom(answering)) entry.current?.dissolve("there is no room any more");
  }

  #answering(entry: PairEntry, provider: Identity): Answering {
    return { entry, provider, book: this.book, nowMs: this.#options.clock.nowMs() };
  }

  /** An agreement that this side does not know, or one that replaces what it knows. */
  #meet(side: PartnershipSide, agreement: Agreement): void {
    if (agreement.phase === "dissolved") {
      const entry = this.book.get(side, pairKey(agreement));
      if (entry !== undefined) this.#takeOver(entry, agreement);
      this.#noted(side, agreement);
      return;
    }
    const provider = side === "provider" ? this.#ownUp(agreement.provider) : undefined;
    const entry = provider === undefined ? undefined : this.#enter(side, agreement);
    if (provider === undefined || entry === undefined) {
      const reason = side === "consumer" ? "the consumer knows nothing of it" : `${agreement.provider} is not up here`;
      this.#options.post.tell(otherSide(side), changed(agreement, { verb: "dissolve", by: side, reason }));
      return;
    }
    this.#show(entry);
    answerProposal(this.#answering(entry, provider));
  }

  #ownUp(instanceId: string): Identity | undefined {
    const own = this.#options.own(instanceId);
    return own !== undefined && isUp(own) ? own : undefined;
  }

  #noted(side: PartnershipSide, agreement: Agreement): void {
    this.#options.post.note(side, agreement);
    this.#options.post.noted(otherSide(side), { ...agreement, pair: pairKey(agreement) });
  }
}
