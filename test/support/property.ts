// A property as a test: what it is about is drawn by fast-check, and what breaks it is shown at its smallest, with its seed.
import fc from "fast-check";
import { it } from "vitest";

type Drawn<Values> = { readonly [Index in keyof Values]: fc.Arbitrary<Values[Index]> };

/** @example property([fc.nat(), fc.nat()], { numRuns: 500 })("adds up in any order", (a, b) => expect(a + b).toBe(b + a)); */
export function property<Values extends [unknown, ...unknown[]]>(
  arbitraries: Drawn<Values>,
  parameters: fc.Parameters<Values> = {},
) {
  return (title: string, holds: (...drawn: Values) => Promise<boolean | void> | boolean | void): void => {
    const predicate = async (...drawn: Values): Promise<boolean | void> => holds(...drawn);
    it(title, () => fc.assert(fc.asyncProperty(...arbitraries, predicate), parameters));
  };
}
