// Who could serve whom: by schema first (a product that one gives and the other needs, of the same version), then by declared
// preference, then by what was measured.
import type { Identity, OperationIdentity, Preference } from "../contracts/identity.js";

/** Products that an engine takes in from others: needs and uses of its operations, and the streams that it reads. */
export function neededBy({ operations, consumes }: Identity): ReadonlySet<string> {
  return new Set([...operations.flatMap(({ needs, uses }) => [...needs, ...uses]), ...consumes]);
}

/** Products that it hands out: what its operations give, and the streams that it publishes. */
export function givenBy({ operations, publishes }: Identity): ReadonlySet<string> {
  return new Set([...operations.map(({ gives }) => gives), ...publishes]);
}

/** Whether it may be partnered with now. */
export function isUp({ health }: Identity): boolean {
  return health.lifecycle === "running";
}

/** Living instances by the products that they give. */
export class ProviderIndex {
  readonly #byProduct = new Map<string, Identity[]>();
  readonly #given = new Map<string, ReadonlySet<string>>();
  /** Of who was asked for so far. */
  readonly #needed = new Map<Identity, ReadonlySet<string>>();

  constructor(identities: readonly Identity[]) {
    for (const identity of identities) {
      if (!isUp(identity)) continue;
      const given = givenBy(identity);
      this.#given.set(identity.instanceId, given);
      for (const product of given) {
        const givers = this.#byProduct.get(product);
        if (givers === undefined) this.#byProduct.set(product, [identity]);
        else givers.push(identity);
      }
    }
  }

  /** Never another instance of the same engine: replicas are each other's equals, not each other's providers. */
  of(product: string, consumer: Identity): readonly Identity[] {
    return (this.#byProduct.get(product) ?? []).filter(({ engineId }) => engineId !== consumer.engineId);
  }

  /** What flows between the two, sorted. */
  between(consumer: Identity, provider: Identity): readonly string[] {
    const given = this.#given.get(provider.instanceId) ?? givenBy(provider);
    const flowing: string[] = [];
    for (const product of this.neededBy(consumer)) if (given.has(product)) flowing.push(product);
    return flowing.length < 2 ? flowing : flowing.sort();
  }

  neededBy(consumer: Identity): ReadonlySet<string> {
    let needed = this.#needed.get(consumer);
    if (needed === undefined) this.#needed.set(consumer, (needed = neededBy(consumer)));
    return needed;
  }
}

/** What one of the two declared about the other; the consumer's word counts first. */
export function declaredPreference(consumer: Identity, provider: Identity): Preference | undefined {
  return (
    consumer.preferences.find(({ engineId, direction }) => direction === "input" && engineId === provider.engineId) ??
    provider.preferences.find(({ engineId, direction }) => direction === "output" && engineId === consumer.engineId)
  );
}

/** The operations of a provider that give one of the products. */
export function operationsFor(provider: Identity, products: readonly string[]): readonly OperationIdentity[] {
  return provider.operations.filter(({ gives }) => products.includes(gives));
}

export interface Suitability {
  readonly instanceId: string;
  /** 3 declared primary, 2 secondary, 1 optional, 0 not declared. */
  readonly declared: number;
  /** Lower bound of the trust in it. */
  readonly trust: number;
  /** What it announces of itself; null where it was not measured. */
  readonly latencyMs: number | null;
  /** Spreads consumers over providers that are alike. */
  readonly spread: number;
}

/** Descending: the best first. What was never measured comes after what was. */
export function compareSuitability(a: Suitability, b: Suitability): number {
  return (
    b.declared - a.declared ||
    b.trust - a.trust ||
    (a.latencyMs ?? Infinity) - (b.latencyMs ?? Infinity) ||
    a.spread - b.spread ||
    (a.instanceId < b.instanceId ? -1 : 1)
  );
}

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;

/** FNV-1a (Fowler, Noll, Vo) of the two names: the same on every node, and different for every consumer. */
export function spreadOf(consumer: string, provider: string): number {
  let hash = FNV_OFFSET;
  for (const character of `${consumer}>${provider}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME);
  }
  return hash >>> 0;
}
