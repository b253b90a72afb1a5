// Random networks of any size that always have a plan, shaped like real ones: a few products that many need, popular products
// that many give, givers of one product that share most of their needs, and some needs that look downstream and close cycles.
import type { PlannableOperation, PlanRequest } from "../../src/contracts/plan.js";
import type { Random } from "../../src/contracts/random.js";
import { createRandom } from "../../src/kernel/seeded-random.js";

export interface NetworkSize {
  readonly operations: number;
  readonly products: number;
  readonly engines?: number;
  readonly facts?: number;
  readonly wants?: number;
}

export interface RandomNetwork {
  readonly request: PlanRequest;
  readonly operations: readonly PlannableOperation[];
}

const NEEDS_SHARED = 0.85;
const EXTRA_NEED = 0.25;
const DOWNSTREAM = 0.2;
/** How far upstream a need usually looks. */
const NEARBY = 25;
/** The nth most popular product is given n^0.7 times less often than the most popular. */
const POPULARITY = 0.7;

export function randomNetwork(
  seed: number,
  { operations, products, engines = 60, facts = 4, wants = 4 }: NetworkSize,
): RandomNetwork {
  const random = createRandom(`network/${seed}`);
  const given = Array.from({ length: facts }, (_, index) => `fact.${index}@1`);
  const names = Array.from({ length: products }, (_, index) => `product.${index}@1`);
  const upstream = drawUpstream(random, given, names);
  const popular = createPopularity(random, products);
  const anywhere = (product: number): string =>
    random.next() < DOWNSTREAM ? names[random.integer(products)]! : upstream.hub(product);
  const needsOf = (product: number): readonly string[] => {
    const needs = upstream.core[product]!.map((need) => (random.next() < NEEDS_SHARED ? need : anywhere(product)));
    return random.next() < EXTRA_NEED ? [...needs, anywhere(product)] : needs;
  };
  const offered = Array.from({ length: operations }, (_, index): PlannableOperation => {
    const product = index < products ? index : popular();
    const engineId = `ENGINE_${random.integer(engines)}`;
    return {
      id: `${engineId}.make_${index}@1`,
      engineId,
      // The first giver of each product looks upstream only: that is why there is a plan.
      needs: [...new Set(index < products ? upstream.core[product] : needsOf(product))],
      gives: names[product]!,
      ...drawMeasures(random),
    };
  });
  const wanted = new Set<string>();
  while (wanted.size < wants) wanted.add(names[products - 1 - random.integer(Math.ceil(products / 4))]!);
  return {
    request: { wants: [...wanted], facts: given, preference: "balanced", deadlineMs: 10_000 },
    operations: offered,
  };
}

/** Latency of 2 to 200 ms, failures of 1 in 10,000 to 1 in 10, both spread by order of magnitude; quality of 0.4 to 1. */
export function drawMeasures(random: Random): Pick<PlannableOperation, "latencyMs" | "reliability" | "quality"> {
  return {
    latencyMs: 2 * 100 ** random.next(),
    reliability: 1 - 1e-4 * 1000 ** random.next(),
    quality: 0.4 + 0.6 * random.next(),
  };
}

interface Upstream {
  /** What a giver of each product needs, as a rule. */
  readonly core: readonly (readonly string[])[];
  /** Some product before this one, the likelier the more need it. */
  readonly hub: (before: number) => string;
}

/** Preferential attachment: whatever is needed is put into the urn again. */
function drawUpstream(random: Random, facts: readonly string[], names: readonly string[]): Upstream {
  const urn = facts.map((name) => ({ name, index: -1 }));
  const hub = (before: number): { name: string; index: number } => {
    for (;;) {
      const drawn = urn[random.integer(urn.length)]!;
      if (drawn.index < before) return drawn;
    }
  };
  const core = names.map((name, index) => {
    const needs = new Map<string, number>();
    for (let count = 1 + random.integer(3); count > 0; count -= 1) {
      const near = index - 1 - random.integer(Math.min(Math.max(index, 1), NEARBY));
      const need = random.next() < 0.5 || near < 0 ? hub(index) : { name: names[near]!, index: near };
      needs.set(need.name, need.index);
    }
    for (const [needed, at] of needs) urn.push({ name: needed, index: at });
    urn.push({ name, index });
    return [...needs.keys()];
  });
  return { core, hub: (before) => hub(before).name };
}

function createPopularity(random: Random, products: number): () => number {
  const ranks = Array.from({ length: products }, (_, index) => ({ index, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
  const sums: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= products; rank += 1) sums.push((total += rank ** -POPULARITY));
  return () => {
    const drawn = random.next() * total;
    return ranks[sums.findIndex((sum) => drawn < sum)]!;
  };
}
