// Whom this node's consumers should come to an agreement with: for every product that one needs, at most three partners, the most
// suitable of those that are up. What it proposes grows with the partners wanted, not with the pairs there are.
import type { Identity } from "../../contracts/identity.js";
import type { Ids } from "../../contracts/ids.js";
import type { Agreement, Relationship } from "../../contracts/partnership.js";
import { isSameList } from "../../kernel/same-list.js";
import { pairKey, rankOf } from "../../partnerships/agreement.js";
import {
  compareSuitability,
  declaredPreference,
  isUp,
  operationsFor,
  ProviderIndex,
  spreadOf,
  type Suitability,
} from "../../partnerships/compatibility.js";
import { askedTerms } from "../../partnerships/terms.js";
import { NO_EVIDENCE, trustLower } from "../../partnerships/trust.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";

export interface ProposalsOptions {
  readonly nodeId: string;
  readonly identities: ReadonlyMap<string, Identity>;
  /** Of those. */
  readonly index: ProviderIndex;
  readonly book: AgreementBook;
  readonly nowMs: number;
  readonly birth: () => Agreement["born"];
  readonly ids: Ids;
}

const MOST_PARTNERS = 3;
/** Products that one agreement names. */
const MOST_PRODUCTS = 64;

export interface Proposals {
  readonly proposed: readonly Agreement[];
  /** Partners beyond what a consumer keeps, for all of their products. */
  readonly surplus: readonly PairEntry[];
  /** Agreements over other products than flow between the two now: an engine was changed. */
  readonly outdated: readonly PairEntry[];
  /** Agreements that were made as spare ones, with whom a consumer is left alone. */
  readonly sole: readonly PairEntry[];
}

export function proposalsFor(options: ProposalsOptions): Proposals {
  const { nodeId, identities, book, index } = options;
  const proposed: Agreement[] = [];
  const surplus: PairEntry[] = [];
  const sole: PairEntry[] = [];
  const outdated: PairEntry[] = [];
  for (const consumer of identities.values()) {
    if (consumer.nodeId !== nodeId || !isUp(consumer)) continue;
    const open = book.open(consumer.instanceId, "consumer");
    surplus.push(...surplusOf(open));
    outdated.push(...open.filter((entry) => isOutdated(entry, consumer, options)));
    sole.push(...open.filter((entry) => entry.agreement.spare && isSole(entry, open)));
    const primaries = new Set(open.filter(isPrimary).flatMap(({ agreement }) => agreement.products));
    const served = new Set(open.flatMap(({ agreement }) => agreement.products));
    for (const provider of wantedBy(consumer, open, options)) {
      const products = productsBetween(consumer, provider, index);
      const spare = products.every((product) => served.has(product));
      const relationship = relationshipWith(consumer, provider, { products, primaries });
      for (const product of products) served.add(product);
      if (relationship === "primary") for (const product of products) primaries.add(product);
      proposed.push(proposal({ consumer, provider, products, spare, relationship, ...options }));
    }
  }
  return { proposed, surplus, sole, outdated };
}

function isOutdated(
  { provider, agreement }: PairEntry,
  consumer: Identity,
  { identities, index }: ProposalsOptions,
): boolean {
  const known = identities.get(provider);
  if (known === undefined || !isUp(known)) return false;
  return !isSameList(productsBetween(consumer, known, index), agreement.products);
}

function productsBetween(consumer: Identity, provider: Identity, index: ProviderIndex): readonly string[] {
  return index.between(consumer, provider).slice(0, MOST_PRODUCTS);
}

/** The only one for one of its products. */
function isSole(entry: PairEntry, open: readonly PairEntry[]): boolean {
  return entry.agreement.products.some(
    (product) => !open.some((other) => other !== entry && other.agreement.products.includes(product)),
  );
}

function isPrimary({ agreement }: PairEntry): boolean {
  return agreement.relationship === "primary";
}

interface Primaries {
  readonly products: readonly string[];
  /** Products for which there is a primary partner already. */
  readonly primaries: ReadonlySet<string>;
}

/** As declared; of several instances of a primary partner, one is it, and the others stand by. */
function relationshipWith(consumer: Identity, provider: Identity, { products, primaries }: Primaries): Relationship {
  const declared = declaredPreference(consumer, provider)?.relationship ?? "optional";
  return declared === "primary" && products.some((product) => primaries.has(product)) ? "secondary" : declared;
}

/** Providers to propose to, each once, whatever it gives. */
function wantedBy(consumer: Identity, open: readonly PairEntry[], search: ProposalsOptions): ReadonlySet<Identity> {
  const wanted = new Set<Identity>();
  const partners = new Set(open.map(({ provider }) => provider));
  for (const product of search.index.neededBy(consumer)) {
    const kept = open.filter(({ agreement }) => agreement.products.includes(product)).length;
    if (kept >= MOST_PARTNERS) continue;
    const givers = search.index.of(product, consumer);
    const joining = givers.filter((giver) => wanted.has(giver)).length;
    const room = MOST_PARTNERS - kept - joining;
    if (room <= 0) continue;
    const free = givers.filter((giver) => !partners.has(giver.instanceId) && !wanted.has(giver));
    const need = { product, room, isServed: kept + joining > 0, search };
    for (const giver of mostSuitable(consumer, free, need)) wanted.add(giver);
  }
  return wanted;
}

interface Need {
  readonly product: string;
  readonly room: number;
  readonly isServed: boolean;
  readonly search: ProposalsOptions;
}

function mostSuitable(
  consumer: Identity,
  givers: readonly Identity[],
  { product, room, isServed, search }: Need,
): readonly Identity[] {
  return givers
    .filter(({ instanceId }) => !isQuiet(consumer.instanceId, instanceId, { isServed, ...search }))
    .map((giver) => ({ giver, suitability: suitabilityOf(consumer, giver, { product, book: search.book }) }))
    .sort((a, b) => compareSuitability(a.suitability, b.suitability))
    .slice(0, room)
    .map(({ giver }) => giver);
}

function isQuiet(
  consumer: string,
  provider: string,
  { book, nowMs, isServed }: ProposalsOptions & Pick<Need, "isServed">,
): boolean {
  const entry = book.get("consumer", pairKey({ consumer, provider }));
  if (entry === undefined) return false;
  const { quietUntilMs, spareQuietUntilMs } = entry.history;
  // One that is suspended comes back by itself.
  return entry.chart !== undefined || quietUntilMs > nowMs || (isServed && spareQuietUntilMs > nowMs);
}

function suitabilityOf(
  consumer: Identity,
  giver: Identity,
  { product, book }: { readonly product: string; readonly book: AgreementBook },
): Suitability {
  const { instanceId } = giver;
  const preference = declaredPreference(consumer, giver);
  const history = book.get("consumer", pairKey({ consumer: consumer.instanceId, provider: instanceId }))?.history;
  const latencies = operationsFor(giver, [product]).map(({ measured }) => measured.latencyMs?.mean ?? null);
  return {
    instanceId,
    declared: preference === undefined ? 0 : 1 + rankOf(preference.relationship),
    trust: trustLower(history?.trust ?? NO_EVIDENCE),
    latencyMs: latencies.reduce<number | null>(
      (least, each) => (each === null ? least : Math.min(least ?? each, each)),
      null,
    ),
    spread: spreadOf(consumer.instanceId, instanceId),
  };
}

interface ProposalParts extends ProposalsOptions {
  readonly consumer: Identity;
  readonly provider: Identity;
  readonly products: readonly string[];
  readonly spare: boolean;
  readonly relationship: Relationship;
}

function proposal({ consumer, provider, products, spare, relationship, book, birth, ids }: ProposalParts): Agreement {
  const preference = declaredPreference(consumer, provider);
  const pair = { consumer: consumer.instanceId, provider: provider.instanceId };
  const born = birth();
  return {
    ...pair,
    // Births alone would not do: those of a node whose clock was set back repeat.
    id: ids.next(`${pairKey(pair)}#${born.incarnation}.${born.ordinal}`),
    consumerNode: consumer.nodeId,
    providerNode: provider.nodeId,
    born,
    products: [...products],
    terms: askedTerms(preference, operationsFor(provider, products)),
    relationship,
    priority: preference?.priority ?? "normal",
    spare,
    phase: "proposed",
    strained: false,
    trust: book.get("consumer", pairKey(pair))?.history.trust ?? NO_EVIDENCE,
    epoch: 1,
    by: "consumer",
    verb: "propose",
    reason:
      preference === undefined
        ? `it gives ${products.join(", ")}`
        : `it gives ${products.join(", ")}, and it is preferred`,
  };
}

/** The loosest, least trusted ones for whose every product there are more partners than a consumer keeps. */
function surplusOf(open: readonly PairEntry[]): readonly PairEntry[] {
  const count = new Map<string, number>();
  for (const { agreement } of open) {
    for (const product of agreement.products) count.set(product, (count.get(product) ?? 0) + 1);
  }
  const surplus: PairEntry[] = [];
  // Mostly there is none.
  if (Math.max(0, ...count.values()) <= MOST_PARTNERS) return surplus;
  for (const entry of [...open].sort(loosestFirst)) {
    if (entry.agreement.products.some((product) => (count.get(product) ?? 0) <= MOST_PARTNERS)) continue;
    for (const product of entry.agreement.products) count.set(product, (count.get(product) ?? 0) - 1);
    surplus.push(entry);
  }
  return surplus;
}

function loosestFirst(a: PairEntry, b: PairEntry): number {
  return (
    rankOf(a.agreement.relationship) - rankOf(b.agreement.relationship) ||
    trustLower(a.history.trust) - trustLower(b.history.trust) ||
    (a.pair < b.pair ? 1 : -1)
  );
}
