// Everything that this node's engines have agreed on, from either side: a bounded table of pairs, with what is remembered of
// those whose agreement ended.
import type { Agreement, PartnershipSide, ServiceLevel } from "../../contracts/partnership.js";
import { isOpen, pairKey } from "../../partnerships/agreement.js";
import { PairHistory } from "../../partnerships/pair-history.js";
import type { AgreementSide } from "./agreement-side.js";

/** Pairs remembered at once, each side counting as one. */
const MAX_PAIRS = 65_536;

export interface PairEntry {
  readonly side: PartnershipSide;
  readonly pair: string;
  readonly consumer: string;
  readonly provider: string;
  readonly history: PairHistory;
  /** The terms that the agreement began with. */
  asked: ServiceLevel;
  /** The agreement as it stands, dissolved ones included. */
  agreement: Agreement;
  /** What moves it; undefined once it is dissolved. */
  current: AgreementSide | undefined;
}

export class AgreementBook {
  readonly #entries = new Map<string, PairEntry>();
  readonly #byInstance = new Map<string, Set<PairEntry>>();
  /** Pairs that had to be forgotten for lack of room. */
  forgotten = 0;

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
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_PAIRS && !this.#forgetOne()) return undefined;
    const { consumer, provider } = agreement;
    const history = new PairHistory();
    const asked = agreement.terms;
    const begun = { asked, agreement, current: undefined };
    const entry: PairEntry = { side, pair, consumer, provider, history, ...begun };
    this.#entries.set(`${side} ${pair}`, entry);
    for (const instanceId of [consumer, provider]) this.#indexed(instanceId).add(entry);
    return entry;
  }

  #indexed(instanceId: string): Set<PairEntry> {
    let entries = this.#byInstance.get(instanceId);
    if (entries === undefined) this.#byInstance.set(instanceId, (entries = new Set()));
    return entries;
  }

  /** The pair whose agreement ended that was entered first. */
  #forgetOne(): boolean {
    for (const [key, entry] of this.#entries) {
      if (entry.current !== undefined) continue;
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
