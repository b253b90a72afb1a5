// Small random networks, with cycles, shared operations, dead ends and operations that need what they give.
import fc from "fast-check";
import type { PlannableOperation, PlanRequest } from "../../../src/contracts/plan.js";
import { PLAN_PREFERENCES } from "../../../src/contracts/plan.js";

export interface Network {
  readonly request: PlanRequest;
  readonly operations: readonly PlannableOperation[];
}

export interface Measures {
  readonly latencyMs: number;
  readonly reliability: number;
  readonly quality: number;
}

/** Any numbers in range: two plans hardly ever cost the same. */
export const anyMeasures: fc.Arbitrary<Measures> = fc.record({
  latencyMs: fc.double({ min: 0, max: 1000, noNaN: true }),
  reliability: fc.double({ min: 0.01, max: 1, noNaN: true }),
  quality: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Few numbers, with exact sums: plans often cost the same. */
export const fewMeasures: fc.Arbitrary<Measures> = fc.record({
  latencyMs: fc.constantFrom(0, 256, 512),
  reliability: fc.constant(1),
  quality: fc.constantFrom(0.5, 0.75),
});

const FACT = "fact@1";
const PRODUCTS = ["a@1", "b@1", "c@1", "d@1", "e@1", "f@1"];

interface Declared extends Measures {
  readonly gives: string;
  readonly needs: readonly string[];
}

/** Most products have a giver that looks upstream only, so that there mostly is a plan; the others need anything. */
export function networks(measures: fc.Arbitrary<Measures>, maxOthers = 14): fc.Arbitrary<Network> {
  const giver = (gives: string, among: readonly string[]): fc.Arbitrary<Declared> =>
    fc
      .record({
        needs: fc.subarray([...among], { minLength: 1, maxLength: Math.min(3, among.length) }),
        measured: measures,
      })
      .map(({ needs, measured }) => ({ gives, needs, ...measured }));
  const upstream = PRODUCTS.map((product, index) =>
    fc.option(giver(product, [FACT, ...PRODUCTS.slice(0, index)]), { freq: 12 }),
  );
  const other = fc.constantFrom(...PRODUCTS).chain((product) => giver(product, [FACT, ...PRODUCTS]));
  return fc
    .record({
      wants: fc.array(fc.constantFrom(...PRODUCTS), { minLength: 1, maxLength: 4, size: "max" }),
      facts: fc.oneof({ weight: 3, arbitrary: fc.constant<string[]>([]) }, fc.subarray(PRODUCTS, { maxLength: 1 })),
      preference: fc.constantFrom(...PLAN_PREFERENCES),
      first: fc.tuple(...upstream),
      others: fc.array(other, { maxLength: maxOthers, size: "max" }),
    })
    .map(({ wants, facts, preference, first, others }) => ({
      request: { wants, facts: [FACT, ...facts], preference, deadlineMs: 1024 },
      operations: [...first.filter((declared) => declared !== null), ...others].map((declared, index) => {
        const engineId = `ENGINE_${(index * 7) % 10}`;
        return { id: `${engineId}.make_${index}@1`, engineId, ...declared };
      }),
    }));
}
