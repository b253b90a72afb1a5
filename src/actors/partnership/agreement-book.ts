// Everything that this node's engines have agreed on, from either side: a bounded table of pairs, with what is remembered of
// those whose agreement ended. It notes each change, counts it and tells of it.
import type { ActorRefFrom } from "xstate";
import type { Clock } from "../../contracts/clock.js";
import type { Agreement, PartnershipSide, ServiceLevel } from "../../contracts/partnership.js";
import { isOpen, pairKey } from "../../partnerships/agreement.js";
import type { Answered } from "../../partnerships/messages.js";
import { PairHistory } from "../../partnerships/pair-history.js";
import { PartnerFactors } from "./partner-factors.js";
import type { partnershipMachine } from "./partnership.machine.js";

/** Pairs remembered at once, each side counting as one. */
const MAX_PAIRS = 65_536;

/** What a provider says to a version of an agreement. */
export type Answer = Pick<Answered, "verb" | "reason" | "terms">;

export interface PairEntry {
  readonly side: PartnershipSide;
  readonly pair: string;
  readonly consumer: string;
  readonly provider: string;
  readonly history: PairHistory;
  /** The agreement as it stands here, dissolved ones included. */
  agreement: Agreement;
  /** On the consumer's side: what moves it; undefined once it is dissolved. */
  chart: ActorRefFrom<typeof partnershipMachine> | undefined;
  /** On the consumer's side: the terms that the agreement began with. */
  asked: ServiceLevel;
  /** On the provider's side: how the consumer says that it stands. */
  told: Agreement;
  /** On the provider's side: what it said to that, until the consumer tells what came of it. */
  answer: Answer | undefined;
}

export interface BookOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  /** An agreement changed, as this node sees it; told once where both sides are here. */
  readonly onChanged: (agreement: Agreement) => void;
  /** One ended: there may be room for another. */
  readonly onEnded: () => void;
}

export class AgreementBook {
  readonly counts = { formed: 0, dissolved: 0 };
  readonly factors = new PartnerFactors();
  /** Pairs that had to be forgotten for lack of room. */
  forgotten = 0;
  readonly #options: BookOptions;
  readonly #entries = new Map<string, PairEntry>();
  readonly #byInstance = new Map<string, Set<PairEntry>>();

  constructor(options: BookOptions) {
    this.#options = options;
  }

  get(side: PartnershipSide, pair: string): PairEntry | undefined {
    return this.#entries.get(`${side} ${pair}`);
  }

  all(): Iterable<PairEntry> {
    return this.#entries.values();
  }

  /** Of one instance, on whichever side it is. */
  of(instanceId: string): Iterable<PairEntry> {
    return this.#byInstance.get(instanceId) ?? [];
  }

  /** Agreements of the instance on that side that are in force or on their way to be. */
  open(instanceId: string, side: PartnershipSide): PairEntry[] {
    const open: PairEntry[] = [];
    for (const entry of this.of(instanceId)) {
      if (entry.side === side && entry[side] === instanceId && isOpen(entry.agreement)) open.push(entry);
    }
    return open;
  }

  /** The entry for a new agreement of the pair; undefined where there is room for no more pairs. */
  enter(side: PartnershipSide, agreement: Agreement): PairEntry | undefined {
    const pair = pairKey(agreement);
    const known = this.get(side, pair);
    if (known !== undefined) return renewed(known, agreement);
    if (this.#entries.size >= MAX_PAIRS && !this.#forgetOne()) return undefined;
    const { consumer, provider, terms } = agreement;
    const begun = { agreement, told: agreement, asked: terms, chart: undefined, answer: undefined };
    const entry: PairEntry = { side, pair, consumer, provider, history: new PairHistory(), ...begun };
    this.#entries.set(`${side} ${pair}`, entry);
    for (const instanceId of [consumer, provider]) {
      const indexed = this.#byInstance.get(instanceId);
      if (indexed === undefined) this.#byInstance.set(instanceId, new Set([entry]));
      else indexed.add(entry);
    }
    return entry;
  }

  /** The agreement stands like this from now on. */
  stand(entry: PairEntry, agreement: Agreement): void {
    const { agreement: before, history, side } = entry;
    entry.agreement = agreement;
    if (side === "provider") history.trust = agreement.trust;
    else this.factors.update(agreement);
    const isKnown = agreement.id === before.id && agreement.epoch === before.epoch && agreement.verb === before.verb;
    if (!isKnown || history.events.length === 0) this.#note(entry, before);
  }

  #note(entry: PairEntry, before: Agreement): void {
    const { agreement, history, side } = entry;
    const { clock, nodeId, onChanged, onEnded } = this.#options;
    history.note(agreement, new Date(clock.wallMs()).toISOString(), clock.nowMs());
    // Where both sides are here, what happens is told and counted by the consumer's.
    const isTold = side === "consumer" || agreement.consumerNode !== nodeId;
    if (isTold) onChanged(agreement);
    const { phase } = agreement;
    if (phase === "active") history.refusals = 0;
    if (isTold && phase === "trial" && before.phase !== "trial" && before.phase !== "suspended")
      this.counts.formed += 1;
    if (phase !== "dissolved" || before.phase === "dissolved") return;
    if (isTold) this.counts.dissolved += 1;
    onEnded();
  }

  /** The pair whose agreement ended that was entered first. */
  #forgetOne(): boolean {
    for (const [key, entry] of this.#entries) {
      if (entry.agreement.phase !== "dissolved") continue;
      this.#entries.delete(key);
      for (const instanceId of [entry.consumer, entry.provider]) {
        const indexed = this.#byInstance.get(instanceId);
        indexed?.delete(entry);
        if (indexed?.size === 0) this.#byInstance.delete(instanceId);
      }
      this.forgotten += 1;
      return true;
    }
    return false;
  }
}

/** One more agreement of a pair that had one before. */
function renewed(entry: PairEntry, agreement: Agreement): PairEntry {
  entry.asked = agreement.terms;
  entry.told = agreement;
  entry.answer = undefined;
  entry.history.counted = undefined;
  return entry;
}
