import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../src/contracts/identity.js";
import { NodeRecord } from "../../../src/discovery/node-record.js";
import { ownChanges } from "../../../src/discovery/own-changes.js";
import { Registry } from "../../../src/discovery/registry.js";
import { identityOf } from "./identities.js";

/** What the engines of a node are at one time: of each the version (a profile) and the restarts (vitals), or that it is not there. */
const engines: fc.Arbitrary<Identity[]> = fc
  .array(fc.option(fc.tuple(fc.nat(1), fc.nat(2))), { minLength: 4, maxLength: 4 })
  .map((given) =>
    given.flatMap((each, index): Identity[] => {
      if (each === null) return [];
      const identity = identityOf(`E${index}`, "a");
      return [{ ...identity, version: `1.0.${each[0]}`, health: { ...identity.health, restarts: each[1] } }];
    }),
  );

const sorted = (identities: readonly Identity[] = []): readonly Identity[] =>
  [...identities].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));

describe("NodeRecord and ownChanges", () => {
  it("tell one who knows any earlier revision what is new, and no more", () => {
    fc.assert(
      fc.property(fc.array(engines, { minLength: 1, maxLength: 8 }), fc.nat(8), ([first = [], ...later], known) => {
        const whole = { nodeId: "a", incarnation: 1, base: 0, revision: 1, engines: first, vitals: [] };
        const teller = new NodeRecord(whole);
        const hearer = new Registry();
        hearer.apply(whole);
        for (const [index, next] of later.entries()) {
          const update = ownChanges(teller, next);
          if (update !== undefined) teller.apply(update);
          expect(sorted(teller.engines)).toEqual(sorted(next));
          if (index < known) hearer.apply(teller.since(hearer.revisionOf("a", 1)));
        }
        const update = teller.since(hearer.revisionOf("a", 1));
        hearer.apply(update);
        expect(sorted(hearer.state("a")?.engines)).toEqual(sorted(teller.engines));
      }),
    );
  });

  it("tell of an engine whose health changed without its schemas, and nothing where nothing changed", () => {
    const given = [identityOf("E", "a"), identityOf("F", "a")];
    const record = new NodeRecord({ nodeId: "a", incarnation: 1, base: 0, revision: 1, engines: given, vitals: [] });
    expect(ownChanges(record, structuredClone(given))).toBeUndefined();
    const [first, second] = given as [Identity, Identity];
    const sick = { ...first, health: { ...first.health, level: "degraded" as const } };
    const update = ownChanges(record, [sick, second]);
    expect(update).toMatchObject({ base: 1, revision: 2, engines: [], vitals: [{ instanceId: "E.1@a" }] });
    expect(JSON.stringify(update)).not.toContain("operations");
  });
});
