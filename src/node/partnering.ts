// The partnerships of a node, wired to what the node measures, and as people see them.
import { PartnershipDesk } from "../actors/partnership/partnership-desk.js";
import type { PairEntry } from "../actors/partnership/agreement-book.js";
import type { Bus } from "../contracts/bus.js";
import type { Clock } from "../contracts/clock.js";
import type { Envelope } from "../contracts/envelope.js";
import type { Identity } from "../contracts/identity.js";
import type { Ids } from "../contracts/ids.js";
import type { Logger } from "../contracts/logger.js";
import type { ResolvedNodeOptions } from "../contracts/options.js";
import {
  stateOf,
  type Agreement,
  type Partner,
  type PartnershipDetail,
  type PartnershipList,
  type PartnershipState,
  type PartnershipVerb,
  type PartnershipView,
  type Recommendation,
  type ServiceWindow,
} from "../contracts/partnership.js";
import { isOpen, otherSide } from "../partnerships/agreement.js";
import { recommend } from "../partnerships/recommendations.js";
import type { ServiceCounts } from "../partnerships/service-window.js";
import { trustLower, trustMean } from "../partnerships/trust.js";
import type { EventRecord } from "./event-log.js";
import { ExchangeReader, type ExchangeSources } from "./exchange-reader.js";

export interface PartneringOptions extends ExchangeSources {
  readonly nodeId: string;
  readonly options: ResolvedNodeOptions;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  readonly incarnation: () => number;
  readonly identities: () => readonly Identity[];
  readonly own: (instanceId: string) => Identity | undefined;
  readonly isReachable: (nodeId: string) => boolean;
  readonly record: (event: EventRecord) => void;
}

interface StrainedPartnership extends Pick<Agreement, "relationship" | "terms"> {
  readonly pair: string;
  readonly window: ServiceWindow;
}

const EVENT_OF: Readonly<Record<PartnershipVerb, string>> = {
  propose: "partnership.proposed",
  counter: "partnership.countered",
  accept: "partnership.accepted",
  reject: "partnership.rejected",
  confirm: "partnership.confirmed",
  strain: "partnership.strained",
  relieve: "partnership.relieved",
  promote: "partnership.promoted",
  demote: "partnership.demoted",
  amend: "partnership.amended",
  suspend: "partnership.suspended",
  resume: "partnership.resumed",
  dissolve: "partnership.dissolved",
};

export class Partnering {
  readonly desk: PartnershipDesk;
  readonly #parts: PartneringOptions;

  constructor(parts: PartneringOptions) {
    this.#parts = parts;
    this.desk = new PartnershipDesk({
      ...parts,
      channel: parts.options.partnershipChannel,
      heartbeatIntervalMs: parts.options.heartbeatIntervalMs,
      measure: () => {
        const reader = new ExchangeReader(parts);
        return (agreement): ServiceCounts => reader.countsOf(agreement);
      },
      onChanged: (agreement) => {
        const { id, verb, epoch, relationship, reason, by } = agreement;
        const data = { epoch, by, state: stateOf(agreement), relationship, reason };
        parts.record({ type: EVENT_OF[verb], subject: id, data });
      },
    });
  }

  /** Sorted by pair. */
  list(): PartnershipList {
    const { book, post } = this.desk;
    const partnerships = this.#pairs().map((sides) => this.#view(sides));
    const byState: Partial<Record<PartnershipState, number>> = {};
    const byRelationship: Partial<Record<Agreement["relationship"], number>> = {};
    for (const { state, relationship } of partnerships) {
      byState[state] = (byState[state] ?? 0) + 1;
      const isInForce = state === "trial" || state === "nominal" || state === "strained";
      if (isInForce) byRelationship[relationship] = (byRelationship[relationship] ?? 0) + 1;
    }
    return {
      statistics: {
        total: partnerships.length,
        byState: { ...ZERO_STATES, ...byState },
        byRelationship: { optional: 0, secondary: 0, primary: 0, ...byRelationship },
        ...book.counts,
        messages: { ...post.counts },
      },
      partnerships,
    };
  }

  /** By agreement id, or by pair: `CONSUMER>PROVIDER`. */
  find(id: string): PartnershipDetail | undefined {
    const sides = this.#pairs().find(([{ agreement, pair }]) => agreement.id === id || pair === id);
    if (sides === undefined) return undefined;
    const [{ history }] = sides;
    return { ...this.#view(sides), history: [...history.events], windows: [...history.windows] };
  }

  /** Agreements of this node's consumers that miss their service level. */
  strained(): readonly StrainedPartnership[] {
    return this.#own(({ phase, strained }) => phase === "active" && strained).flatMap(
      ({ pair, agreement, history }) => {
        const window = history.windows.findLast(({ verdict }) => verdict === "bad");
        const { relationship, terms } = agreement;
        return window === undefined ? [] : [{ pair, relationship, terms, window }];
      },
    );
  }

  /** Agreements of this node's consumers that wait for somebody to come back. */
  suspended(): readonly (Pick<Agreement, "relationship" | "reason"> & {
    readonly pair: string;
    readonly since: string;
  })[] {
    return this.#own(({ phase }) => phase === "suspended").map(({ pair, agreement, history }) => {
      const { relationship, reason } = agreement;
      return { pair, relationship, reason, since: history.since };
    });
  }

  recommendations(): readonly Recommendation[] {
    const reader = new ExchangeReader(this.#parts);
    const agreements = [...this.desk.book.all()]
      .filter(({ side }) => side === "consumer")
      .map(({ agreement }) => agreement);
    return recommend({
      identities: this.#parts.identities(),
      agreements,
      exchanged: (consumer, provider, product) => reader.exchanged({ consumer, provider, products: [product] }),
    });
  }

  partnersOf(instanceId: string): readonly Partner[] {
    return [...this.desk.book.of(instanceId)]
      .filter(
        ({ side, agreement, consumer }) =>
          agreement.phase !== "dissolved" && (side === "consumer") === (consumer === instanceId),
      )
      .map(({ side, consumer, provider, agreement }) => ({
        instanceId: side === "consumer" ? provider : consumer,
        role: otherSide(side),
        products: agreement.products,
        relationship: agreement.relationship,
        state: stateOf(agreement),
      }));
  }

  /** Agreements that are in force or on their way to be, each once. */
  agreed(): readonly Agreement[] {
    return this.#pairs()
      .map(([{ agreement }]) => agreement)
      .filter(isOpen);
  }

  /** The state of the agreement that lets a product flow from one instance to another. */
  stateBetween(provider: string, consumer: string, product: string): PartnershipState | null {
    const pair = `${consumer}>${provider}`;
    const entry = this.desk.book.get("consumer", pair) ?? this.desk.book.get("provider", pair);
    if (entry === undefined || !entry.agreement.products.includes(product)) return null;
    return stateOf(entry.agreement);
  }

  #own(applies: (agreement: Agreement) => boolean): readonly PairEntry[] {
    const own: PairEntry[] = [];
    for (const entry of this.desk.book.all()) {
      if (entry.side === "consumer" && applies(entry.agreement)) own.push(entry);
    }
    return own;
  }

  /** The consumer's side comes first where both are here: it is the one that measures. */
  #pairs(): readonly [PairEntry, ...PairEntry[]][] {
    const pairs = new Map<string, [PairEntry, ...PairEntry[]]>();
    for (const entry of this.desk.book.all()) {
      const known = pairs.get(entry.pair);
      if (known === undefined) pairs.set(entry.pair, [entry]);
      else if (entry.side === "consumer") known.unshift(entry);
      else known.push(entry);
    }
    return [...pairs.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sides]) => sides);
  }

  #view([entry, twin]: readonly [PairEntry, ...PairEntry[]]): PartnershipView {
    const { agreement, history, side } = entry;
    const { id, consumer, consumerNode, provider, providerNode, products, terms, relationship, priority } = agreement;
    const { spare, epoch, by, verb, reason } = agreement;
    const { trust } = history;
    return {
      ...{ id, consumer, consumerNode, provider, providerNode, products, terms, relationship, priority },
      ...{ spare, epoch, by, verb, reason },
      state: stateOf(agreement),
      side: twin === undefined ? side : "both",
      since: history.since,
      trust: { mean: trustMean(trust), lower: trustLower(trust), ...trust },
      measured: history.windows.at(-1) ?? null,
    };
  }
}

const ZERO_STATES: Readonly<Record<PartnershipState, number>> = {
  proposed: 0,
  negotiating: 0,
  trial: 0,
  nominal: 0,
  strained: 0,
  suspended: 0,
  dissolved: 0,
};
