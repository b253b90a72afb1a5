// What would be gained by other partners than there are: only by figures that were measured, each named with its source.
import type { Identity } from "../contracts/identity.js";
import type { Agreement, Recommendation, Relationship } from "../contracts/partnership.js";
import { isOpen, rankOf } from "./agreement.js";
import { neededBy, operationsFor, ProviderIndex } from "./compatibility.js";

export interface Exchanged {
  readonly calls: number;
  readonly failures: number;
  readonly meanMs: number | null;
}

export interface RecommendationSources {
  readonly identities: readonly Identity[];
  /** Agreements as the consumers' sides have them. */
  readonly agreements: readonly Agreement[];
  /** What a consumer itself measured of a provider for one product. */
  readonly exchanged: (consumer: string, provider: string, product: string) => Exchanged | undefined;
}

/** Fewer calls say too little to recommend anything by. */
const LEAST_CALLS = 20;
/** Less saved than this share of the latency is not worth a change. */
const LEAST_SAVING = 0.2;
/** Reliability may be lower by as much as this. */
const TOLERANCE_PCT = 0.5;

type Figure = Recommendation["evidence"][number];

/** The greatest gain first. */
export function recommend(sources: RecommendationSources): readonly Recommendation[] {
  const index = new ProviderIndex(sources.identities);
  const partners = new Map<string, Agreement[]>();
  for (const agreement of sources.agreements.filter(isOpen)) {
    partners.set(agreement.consumer, [...(partners.get(agreement.consumer) ?? []), agreement]);
  }
  const found = sources.identities.flatMap((consumer) =>
    [...neededBy(consumer)]
      .sort()
      .flatMap((product) =>
        recommendFor(consumer, product, { ...sources, index, agreements: partners.get(consumer.instanceId) ?? [] }),
      ),
  );
  return found.sort(compareGains);
}

/** Availability first: an answer that comes late is more than none. */
function compareGains({ expectedGain: a }: Recommendation, { expectedGain: b }: Recommendation): number {
  return (b.availabilityPct ?? 0) - (a.availabilityPct ?? 0) || (b.latencyMs ?? 0) - (a.latencyMs ?? 0);
}

interface Search extends RecommendationSources {
  readonly index: ProviderIndex;
}

function recommendFor(consumer: Identity, product: string, search: Search): readonly Recommendation[] {
  const givers = search.index.of(product, consumer);
  const [only, ...others] = givers;
  if (only === undefined) return [];
  const figures = figuresOf(consumer, givers, { product, search });
  if (others.length === 0) return replicate(consumer, product, { only, figure: figures.get(only.instanceId) });
  const closest = closestPartner(consumer, product, search.agreements);
  const better = closest && betterThan(closest, { product, figures, agreements: search.agreements });
  return better === undefined ? [] : [better];
}

/** A single giver that fails at times: a second one would be asked instead. */
function replicate(
  consumer: Identity,
  product: string,
  { only, figure }: { readonly only: Identity; readonly figure: Figure | undefined },
): readonly Recommendation[] {
  const reliability = figure?.reliabilityPct ?? null;
  const failing = reliability === null || (figure?.calls ?? 0) < LEAST_CALLS ? 0 : 1 - reliability / 100;
  if (figure === undefined || failing === 0) return [];
  return [
    {
      kind: "replicate",
      consumer: consumer.instanceId,
      product,
      provider: null,
      instead: null,
      // Of calls that fail at one of two independent instances, a retry at the other answers all but the share that fails there.
      expectedGain: { latencyMs: null, availabilityPct: 100 * failing * (1 - failing) },
      evidence: [figure],
      reason: `${only.instanceId} alone gives ${product}, and does not always answer`,
    },
  ];
}

function closestPartner(consumer: Identity, product: string, agreements: readonly Agreement[]): Agreement | undefined {
  return agreements
    .filter((agreement) => agreement.consumer === consumer.instanceId && isOpen(agreement))
    .filter(({ products }) => products.includes(product))
    .sort((a, b) => rankOf(b.relationship) - rankOf(a.relationship))[0];
}

interface Comparison {
  readonly product: string;
  readonly figures: ReadonlyMap<string, Figure>;
  readonly agreements: readonly Agreement[];
}

function betterThan(closest: Agreement, { product, figures, agreements }: Comparison): Recommendation | undefined {
  const current = figures.get(closest.provider);
  const currentMs = current?.latencyMs ?? null;
  if (current === undefined || currentMs === null || current.calls < LEAST_CALLS) return undefined;
  const best = [...figures.values()]
    .filter(({ calls, latencyMs }) => calls >= LEAST_CALLS && latencyMs !== null)
    .filter(({ reliabilityPct }) => (reliabilityPct ?? 100) >= (current.reliabilityPct ?? 100) - TOLERANCE_PCT)
    .sort((a, b) => (a.latencyMs ?? 0) - (b.latencyMs ?? 0))[0];
  const savedMs = currentMs - (best?.latencyMs ?? Infinity);
  if (best === undefined || savedMs < LEAST_SAVING * currentMs) return undefined;
  const relationship = relationshipWith(best.instanceId, closest.consumer, agreements);
  return {
    kind: relationship === undefined ? "partner" : "prefer",
    consumer: closest.consumer,
    product,
    provider: best.instanceId,
    instead: closest.provider,
    expectedGain: {
      latencyMs: savedMs,
      availabilityPct:
        best.reliabilityPct === null || current.reliabilityPct === null
          ? null
          : Math.max(0, best.reliabilityPct - current.reliabilityPct),
    },
    evidence: [current, best],
    reason: `${best.instanceId} answers faster than ${closest.provider}, the ${closest.relationship} partner`,
  };
}

function relationshipWith(
  provider: string,
  consumer: string,
  agreements: readonly Agreement[],
): Relationship | undefined {
  return agreements.find((each) => each.provider === provider && each.consumer === consumer && isOpen(each))
    ?.relationship;
}

interface Subject {
  readonly product: string;
  readonly search: Search;
}

/** All as the consumer itself measured them, or all as they announce themselves: the two are not compared with each other. */
function figuresOf(consumer: Identity, givers: readonly Identity[], subject: Subject): ReadonlyMap<string, Figure> {
  const exchanged = givers.map((giver) => exchangedFigure(consumer, giver, subject));
  const isEnough = exchanged.filter((figure) => figure !== undefined).length >= Math.min(2, givers.length);
  const figures = isEnough ? exchanged : givers.map((giver) => announcedFigure(giver, subject));
  return new Map(figures.flatMap((figure) => (figure === undefined ? [] : [[figure.instanceId, figure] as const])));
}

function exchangedFigure(
  consumer: Identity,
  { instanceId }: Identity,
  { product, search }: Subject,
): Figure | undefined {
  const exchanged = search.exchanged(consumer.instanceId, instanceId, product);
  if (exchanged === undefined || exchanged.calls < LEAST_CALLS) return undefined;
  const reliabilityPct = 100 * (1 - exchanged.failures / exchanged.calls);
  return { instanceId, calls: exchanged.calls, latencyMs: exchanged.meanMs, reliabilityPct, source: "exchanged" };
}

function announcedFigure(provider: Identity, { product }: Subject): Figure | undefined {
  const measured = operationsFor(provider, [product]).map((operation) => operation.measured)[0];
  if (measured === undefined) return undefined;
  const { calls, latencyMs, reliabilityPct } = measured;
  return {
    instanceId: provider.instanceId,
    calls,
    latencyMs: latencyMs?.mean ?? null,
    reliabilityPct,
    source: "announced",
  };
}
