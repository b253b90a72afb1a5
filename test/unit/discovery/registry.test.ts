import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StateUpdate } from "../../../src/discovery/messages.js";
import { Registry } from "../../../src/discovery/registry.js";
import { identityOf } from "./identities.js";

/** Two states of equal incarnation and revision are the same state: a node announces each once. */
const state: fc.Arbitrary<StateUpdate> = fc
  .record({ nodeId: fc.constantFrom("a", "b", "c"), incarnation: fc.nat(3), revision: fc.nat(4) })
  .map((given) => ({
    ...given,
    revision: given.revision + 1,
    base: 0,
    vitals: [],
    engines: [identityOf(`E${given.incarnation}_${given.revision}`, given.nodeId)],
  }));

function learned(states: readonly StateUpdate[]): readonly (readonly unknown[] | undefined)[] {
  const registry = new Registry();
  for (const each of states) registry.apply(each);
  expect(registry.identities().map(({ instanceId }) => instanceId)).toEqual(
    ["a", "b", "c"].flatMap((id) => registry.state(id)?.engines.map(({ instanceId }) => instanceId) ?? []).sort(),
  );
  return ["a", "b", "c"].map((id) => registry.state(id)?.engines);
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
    const given = { nodeId: "a", incarnation: 2, base: 0, revision: 1, engines: [identityOf("E", "a")], vitals: [] };
    expect([registry.apply(given), registry.apply(given)]).toEqual(["changed", "known"]);
    expect(registry.apply({ ...given, incarnation: 1, revision: 9 })).toBe("known");
    expect([registry.revisionOf("a", 2), registry.revisionOf("a", 3), registry.revisionOf("b", 2)]).toEqual([1, 0, 0]);
    expect([registry.remove("a"), registry.remove("a"), registry.identities().length]).toEqual([true, false, 0]);
  });

  it("counts the changes of who is there, up or down, and of what they offer, but not what was measured", () => {
    const registry = new Registry();
    const [first, second] = [identityOf("E", "a"), identityOf("F", "a")];
    const { instanceId, health, load } = first;
    const update = { nodeId: "a", incarnation: 2, base: 0, revision: 1, engines: [first, second], vitals: [] };
    let revision = 1;
    const grewBy = (act: () => unknown): number => {
      const before = registry.changes;
      act();
      return registry.changes - before;
    };
    const tell = (more: Partial<StateUpdate>): number => {
      revision += 1;
      return grewBy(() => registry.apply({ ...update, engines: [], base: revision - 1, revision, ...more }));
    };
    const vitals = { instanceId, revision: 1, health, load, measured: [] };
    expect(grewBy(() => registry.apply(update))).toBe(1);
    expect(grewBy(() => registry.apply(update))).toBe(0);
    expect(
      tell({ vitals: [{ ...vitals, load: { active: 1, queued: 0 }, health: { ...health, level: "degraded" } }] }),
    ).toBe(0);
    expect(registry.identities()[0]?.load.active).toBe(1);
    expect(tell({ vitals: [{ ...vitals, health: { ...health, lifecycle: "faulted" } }] })).toBe(1);
    expect(tell({ vitals: [{ ...vitals, health: { ...health, lifecycle: "faulted", failedStarts: 1 } }] })).toBe(1);
    expect(tell({ engines: [{ ...second, version: "2.0.0" }] })).toBe(1);
    expect(tell({ base: 0, engines: [first] })).toBe(1);
    expect(grewBy(() => registry.apply({ ...update, incarnation: 3 }))).toBe(1);
    expect(grewBy(() => registry.remove("a"))).toBe(1);
  });

  it("takes what is new only upon what it builds", () => {
    const registry = new Registry();
    const update = { nodeId: "a", incarnation: 2, base: 4, revision: 5, engines: [identityOf("F", "a")], vitals: [] };
    expect(registry.apply(update)).toBe("gap");
    registry.apply({ ...update, base: 0, revision: 3, engines: [identityOf("E", "a")] });
    expect(registry.apply(update)).toBe("gap");
    registry.apply({ ...update, base: 0, revision: 4, engines: [identityOf("E", "a")] });
    expect([registry.apply({ ...update, incarnation: 3 }), registry.apply(update)]).toEqual(["gap", "changed"]);
    expect(registry.identities().map(({ engineId }) => engineId)).toEqual(["E", "F"]);
  });

  it("refuses nodes beyond its bound, but not news of those it knows", () => {
    const registry = new Registry();
    const empty = { incarnation: 1, base: 0, engines: [], vitals: [] };
    for (let node = 0; node < 1_025; node += 1) registry.apply({ ...empty, nodeId: `n${node}`, revision: 1 });
    expect([registry.refused, registry.state("n1024")]).toEqual([1, undefined]);
    expect(registry.apply({ ...empty, nodeId: "n3", revision: 2 })).toBe("changed");
  });
});
