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
  const found = sources.identities.flatMap((consumer) =>
    [...neededBy(consumer)].sort().flatMap((product) => recommendFor(consumer, product, { ...sources, index })),
  );
  return found.sort((a, b) => gainOf(b) - gainOf(a));
}

function gainOf({ expectedGain: { latencyMs, availabilityPct } }: Recommendation): number {
  return Math.max(latencyMs ?? 0, availabilityPct ?? 0);
}

interface Search extends RecommendationSources {
  readonly index: ProviderIndex;
}

function recommendFor(consumer: Identity, product: string, search: Search): readonly Recommendation[] {
  const givers = search.index.of(product, consumer);
  const [only, ...others] = givers;
  if (only === undefined) return [];
  const figures = new Map(givers.map((giver) => [giver.instanceId, figureOf(consumer, giver, { product, search })]));
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
  const { restarts } = only.health;
  const reliability = figure?.reliabilityPct ?? null;
  const failing = reliability === null || (figure?.calls ?? 0) < LEAST_CALLS ? 0 : 1 - reliability / 100;
  if (figure === undefined || (failing === 0 && restarts === 0)) return [];
  return [
    {
      kind: "replicate",
      consumer: consumer.instanceId,
      product,
      provider: null,
      instead: null,
      // Of calls that fail at one of two independent instances, a retry at the other answers all but the share that fails there.
      expectedGain: { latencyMs: null, availabilityPct: failing > 0 ? 100 * failing * (1 - failing) : null },
      evidence: [figure],
      reason: `${only.instanceId} alone gives ${product}; it went down ${restarts} times`,
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

/** What the consumer itself measured, where that is enough; otherwise what the provider announces. */
function figureOf(
  consumer: Identity,
  provider: Identity,
  { product, search }: { readonly product: string; readonly search: Search },
): Figure {
  const { instanceId } = provider;
  const exchanged = search.exchanged(consumer.instanceId, instanceId, product);
  if (exchanged !== undefined && exchanged.calls >= LEAST_CALLS) {
    const reliabilityPct = 100 * (1 - exchanged.failures / exchanged.calls);
    return { instanceId, calls: exchanged.calls, latencyMs: exchanged.meanMs, reliabilityPct, source: "exchanged" };
  }
  const measured = operationsFor(provider, [product]).map((operation) => operation.measured)[0];
  return {
    instanceId,
    calls: measured?.calls ?? 0,
    latencyMs: measured?.latencyMs?.mean ?? null,
    reliabilityPct: measured?.reliabilityPct ?? null,
    source: "announced",
  };
}
