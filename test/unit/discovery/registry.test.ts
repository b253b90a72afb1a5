import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NodeState } from "../../../src/discovery/messages.js";
import { Registry } from "../../../src/discovery/registry.js";
import { identityOf } from "./identities.js";

/** Two states of equal incarnation and revision are the same state: a node announces each once. */
const state: fc.Arbitrary<NodeState> = fc
  .record({ nodeId: fc.constantFrom("a", "b", "c"), incarnation: fc.nat(3), revision: fc.nat(4) })
  .map((given) => ({
    ...given,
    engines: [identityOf(`E${given.incarnation}_${given.revision}`, given.nodeId)],
  }));

function learned(states: readonly NodeState[]): readonly (NodeState | undefined)[] {
  const registry = new Registry();
  for (const each of states) registry.apply(each);
  expect(registry.identities().map(({ instanceId }) => instanceId)).toEqual(
    ["a", "b", "c"].flatMap((id) => registry.state(id)?.engines.map(({ instanceId }) => instanceId) ?? []).sort(),
  );
  return ["a", "b", "c"].map((id) => registry.state(id));
}

describe("Registry", () => {
  it("comes to the same, whatever the order and repetition of what it hears", () => {
    const heard = fc.array(state, { minLength: 1, maxLength: 20 }).chain((states) =>
      fc.tuple(
        fc.constant(states),
        fc
          .shuffledSubarray(states, { minLength: states.length })
          .chain((once) => fc.array(fc.constantFrom(...states), { maxLength: 10 }).map((more) => [...once, ...more])),
      ),
    );
    fc.assert(
      fc.property(heard, ([states, again]) => {
        expect(learned(again)).toEqual(learned(states));
      }),
    );
  });

  it("says whether it changed, and what is current", () => {
    const registry = new Registry();
    const given = { nodeId: "a", incarnation: 2, revision: 1, engines: [identityOf("E", "a")] };
    expect([registry.apply(given), registry.apply(given)]).toEqual([true, false]);
    expect(registry.apply({ ...given, incarnation: 1, revision: 9 })).toBe(false);
    expect([registry.isCurrent("a", 2, 1), registry.isCurrent("a", 2, 2), registry.isCurrent("b", 2, 1)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([registry.remove("a"), registry.remove("a"), registry.identities().length]).toEqual([true, false, 0]);
  });

  it("refuses nodes beyond its bound, but not news of those it knows", () => {
    const registry = new Registry();
    for (let node = 0; node < 1_025; node += 1) {
      registry.apply({ nodeId: `n${node}`, incarnation: 1, revision: 1, engines: [] });
    }
    expect([registry.refused, registry.state("n1024")]).toEqual([1, undefined]);
    expect(registry.apply({ nodeId: "n3", incarnation: 1, revision: 2, engines: [] })).toBe(true);
  });
});
