// The agreements that this node's consumers own. Each has a chart that moves it; every change is told to the provider, whose
// answers are events of the chart.
import { createActor } from "xstate";
import type { Agreement } from "../../contracts/partnership.js";
import { changed, compareBirths } from "../../partnerships/agreement.js";
import type { Answered } from "../../partnerships/messages.js";
import { isTakeable } from "../../partnerships/terms.js";
import type { Clock } from "../../contracts/clock.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";
import { partnershipMachine, type Announcement, type PartnershipMachineEvent } from "./partnership.machine.js";

export interface ConsumerSideOptions {
  readonly clock: Clock;
  readonly book: AgreementBook;
  readonly tell: (agreement: Agreement) => void;
}

/** After an agreement ended there is no other one before that; after terms that would not do, for longer. */
const QUIET_MS = 10_000;
const QUIET_AFTER_TERMS_MS = 60_000;
const MOST_DOUBLINGS = 6;

const EVENT_OF: Readonly<Record<Answered["verb"], "ACCEPT" | "COUNTER" | "REJECT" | "LOST" | "DISSOLVE">> = {
  accept: "ACCEPT",
  counter: "COUNTER",
  reject: "REJECT",
  suspend: "LOST",
  dissolve: "DISSOLVE",
};

export class ConsumerSide {
  readonly #options: ConsumerSideOptions;
  /** The latest proposal of this node that it knows of: those to come are later, also where its clock was set back. */
  #latest: Agreement["born"] = { incarnation: 0, ordinal: 0 };

  constructor(options: ConsumerSideOptions) {
    this.#options = options;
  }

  get latest(): Agreement["born"] {
    return this.#latest;
  }

  /** A proposal of an earlier start of this node. */
  learn(born: Agreement["born"]): void {
    if (compareBirths(born, this.#latest) > 0) this.#latest = born;
  }

  /** Of the next proposal of this node, whose present incarnation is given. */
  nextBirth(incarnation: number): Agreement["born"] {
    const { incarnation: latest, ordinal } = this.#latest;
    this.#latest = incarnation > latest ? { incarnation, ordinal: 1 } : { incarnation: latest, ordinal: ordinal + 1 };
    return this.#latest;
  }

  propose(agreement: Agreement): void {
    const { book, clock, tell } = this.#options;
    const entry = book.enter("consumer", agreement);
    if (entry === undefined) return;
    entry.chart?.stop();
    const announce = (announcement: Announcement): void => {
      this.#announce(entry, announcement);
    };
    entry.chart = createActor(partnershipMachine, { clock, input: { announce } }).start();
    book.stand(entry, agreement);
    tell(agreement);
  }

  /** The provider's word counts where it is about the agreement as it stands. */
  hear({ pair, id, epoch, verb, reason, terms }: Answered): void {
    const entry = this.#options.book.get("consumer", pair);
    if (entry === undefined || entry.agreement.id !== id || entry.agreement.epoch !== epoch) return;
    move(entry, { type: EVENT_OF[verb], by: "provider", reason, ...(terms && { terms }) });
    if (entry.agreement.phase === "negotiating") this.#answerCounter(entry);
  }

  #answerCounter(entry: PairEntry): void {
    const { agreement, asked, consumer, provider } = entry;
    const others = this.#options.book.open(consumer, "consumer").filter((other) => other.provider !== provider);
    const isServed = agreement.products.every((product) =>
      others.some((other) => other.agreement.products.includes(product)),
    );
    const { latencyMs, reliabilityPct } = agreement.terms;
    if (isTakeable(asked, agreement.terms, isServed)) move(entry, { type: "ACCEPT", reason: "the terms will do" });
    else move(entry, { type: "REJECT", reason: `${latencyMs} ms and ${reliabilityPct} % are too little` });
  }

  #announce(entry: PairEntry, announcement: Announcement): void {
    const { book, tell } = this.#options;
    const { history, agreement: before } = entry;
    const agreement = changed(before, { ...announcement, trust: history.trust });
    if (agreement.terms.latencyMs !== before.terms.latencyMs) history.counted = undefined;
    if (agreement.phase === "dissolved") {
      entry.chart = undefined;
      this.#rest(entry, agreement);
    }
    book.stand(entry, agreement);
    tell(agreement);
  }

  /**
   * However it ended, the pair has a rest, so that two that cannot agree do not try without end. A consumer that was turned away
   * asks less and less often while it has another partner; one that has none asks every turn, as its claim is to grow.
   */
  #rest({ history }: PairEntry, { verb, by }: Agreement): void {
    const nowMs = this.#options.clock.nowMs();
    const hadTerms = verb === "reject" && by === "consumer";
    history.quietUntilMs = nowMs + (hadTerms ? QUIET_AFTER_TERMS_MS : QUIET_MS);
    if (by === "consumer") return;
    history.spareQuietUntilMs = nowMs + QUIET_MS * 2 ** Math.min(history.refusals, MOST_DOUBLINGS);
    history.refusals += 1;
  }
}

/** Nothing moves what is over. */
export function move({ chart }: PairEntry, event: PartnershipMachineEvent): void {
  chart?.send(event);
}
