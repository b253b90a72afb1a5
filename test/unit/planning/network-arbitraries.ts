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

const PRODUCTS = ["a@1", "b@1", "c@1", "d@1", "e@1", "f@1", "g@1"];

export function networks(measures: fc.Arbitrary<Measures>, maxOperations = 14): fc.Arbitrary<Network> {
  const product = fc.constantFrom(...PRODUCTS);
  const operation = fc.tuple(fc.subarray(PRODUCTS, { maxLength: 3 }), product, measures);
  return fc
    .record({
      wants: fc.array(product, { minLength: 1, maxLength: 4 }),
      facts: fc.subarray(PRODUCTS, { maxLength: 2 }),
      preference: fc.constantFrom(...PLAN_PREFERENCES),
      declared: fc.array(operation, { minLength: 1, maxLength: maxOperations }),
    })
    .map(({ wants, facts, preference, declared }) => ({
      request: { wants, facts, preference, deadlineMs: 1024 },
      operations: declared.map(([needs, gives, measured], index) => ({
        id: `ENGINE_${(index * 7) % 10}.make_${index}@1`,
        engineId: `ENGINE_${(index * 7) % 10}`,
        needs,
        gives,
        ...measured,
      })),
    }));
}
