// Each invariant, shown what it forbids: one that cannot fail would prove nothing.
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../../src/contracts/journal.js";
import { createMemoryJournal } from "../../../src/journal/memory-journal.js";
import type { Goal, Invariant, WorldEvents, WorldView } from "../../../src/simulation/invariant.js";
import { goalsEndOnce } from "../../../src/simulation/invariants/goals-end-once.js";
import { goalsSucceedAgain } from "../../../src/simulation/invariants/goals-succeed-again.js";
import { journalHolds } from "../../../src/simulation/invariants/journal-holds.js";
import { noEffectTwice } from "../../../src/simulation/invariants/no-effect-twice.js";
import { noWorkForTheDead } from "../../../src/simulation/invariants/no-work-for-the-dead.js";
import { nobodyDies } from "../../../src/simulation/invariants/nobody-dies.js";
import { queuesAreBounded } from "../../../src/simulation/invariants/queues-are-bounded.js";
import { registriesConverge } from "../../../src/simulation/invariants/registries-converge.js";
import { retriesWithinBudget } from "../../../src/simulation/invariants/retries-within-budget.js";
import { createInvariants } from "../../../src/simulation/invariants/invariants.js";
import { mesh } from "../../../src/simulation/scenarios/mesh.js";
import { World } from "../../../src/simulation/world.js";

/** The mesh, once it serves. */
async function served(): Promise<World> {
  const world = new World({ seed: 1, scenario: mesh, faults: () => [], horizonMs: 1e9, invariants: [] });
  for (const node of world.nodes.values()) node.start();
  await world.clock.advance(5000);
  return world;
}

/** The world, as it would look with these differences. */
function seenAs(world: WorldView, changes: Partial<WorldView>): WorldView {
  const { nowMs, heartbeatMs, nodes, journal, openGoals, quietSinceMs } = world;
  return { nowMs, heartbeatMs, nodes, journal, openGoals, quietSinceMs, ...changes };
}

function tell<E extends keyof WorldEvents>(
  invariant: Invariant,
  event: E,
  told: { readonly happened: WorldEvents[E]; readonly world: WorldView },
): string | undefined {
  const observe = invariant.on?.[event] as
    ((event: WorldEvents[E], world: WorldView) => string | undefined) | undefined;
  return observe?.(told.happened, told.world);
}

describe("invariants", () => {
  it("hold where nothing goes wrong", async () => {
    const world = new World({
      seed: 1,
      scenario: mesh,
      faults: () => [],
      horizonMs: 20_000,
      invariants: createInvariants(),
    });
    await world.run();
    expect([world.violation, world.counts.succeeded]).toEqual([undefined, 19]);
  });

  it("forbid a call to a node that has long been dead, and no sooner", async () => {
    const world = await served();
    world.node("b").crash();
    const message = {
      type: "call.make",
      data: { instanceId: "SIM_0_1.1@b" },
    } as unknown as WorldEvents["sent"]["message"];
    const happened = { from: "a", channel: "engineLogic", topic: "nautilus:calls:b", message } as const;
    const at = (nowMs: number): string | undefined =>
      tell(noWorkForTheDead(), "sent", { happened, world: seenAs(world, { nowMs }) });
    expect(at(5000 + 92_000)).toBeUndefined();
    expect(at(5000 + 92_001)).toContain("a sent a call to b");
  });

  it("forbid a goal that ends twice, late, or on a dead node", async () => {
    const world = await served();
    const life = world.node("a").life as object;
    const goal: Goal = { index: 7, nodeId: "a", life, acceptedMs: 0, dueMs: 4000, code: undefined };
    const invariant = goalsEndOnce();
    expect(invariant.check?.(seenAs(world, { openGoals: new Set([goal]) }))).toContain("over its deadline");
    expect(tell(invariant, "goalEnded", { happened: goal, world })).toBeUndefined();
    expect(tell(invariant, "goalEnded", { happened: goal, world })).toContain("ended twice");
    world.node("a").crash();
    expect(tell(goalsEndOnce(), "goalEnded", { happened: goal, world })).toContain("had crashed");
  });

  it("forbid an effect that happens twice for one goal", async () => {
    const world = await served();
    const invariant = noEffectTwice();
    const effect = { goal: 1, product: "simulated.value_4_0" };
    expect(tell(invariant, "effect", { happened: effect, world })).toBeUndefined();
    expect(tell(invariant, "effect", { happened: { ...effect, goal: 2 }, world })).toBeUndefined();
    expect(tell(invariant, "effect", { happened: effect, world })).toContain("twice");
  });

  it("forbid more retries than the budget", async () => {
    const world = await served();
    const invariant = retriesWithinBudget();
    expect(invariant.check?.(world)).toBeUndefined();
    (world.node("a").life?.parts.router.counters as { retries: number }).retries = 61;
    expect(invariant.check?.(world)).toContain("retried 61 times");
  });

  it("forbid a queue beyond its limit", async () => {
    const world = await served();
    const invariant = queuesAreBounded();
    expect(invariant.check?.(world)).toBeUndefined();
    const host = world.node("a").life?.parts.fleet.hosts[0];
    Object.defineProperty(host, "load", { value: { active: 0, queued: 65 } });
    expect(invariant.check?.(world)).toContain("65 calls wait");
  });

  it("forbid a registry that differs from the truth for longer than a message takes", async () => {
    const world = await served();
    const invariant = registriesConverge();
    const healed = seenAs(world, { nowMs: 200_000 });
    expect(invariant.check?.(healed)).toBeUndefined();
    const host = world.node("a").life?.parts.fleet.hosts[0];
    Object.defineProperty(host, "lifecycle", { value: "stopped" });
    expect(invariant.check?.(healed)).toBeUndefined();
    expect(invariant.check?.(seenAs(world, { nowMs: 202_001 }))).toContain("it is stopped");
    expect(invariant.check?.(seenAs(world, { nowMs: 203_000, quietSinceMs: undefined }))).toBeUndefined();
  });

  it("forbid a goal that fails, and a breaker that stays open, long after the last fault", async () => {
    const world = await served();
    const life = world.node("a").life as object;
    const failed: Goal = { index: 7, nodeId: "a", life, acceptedMs: 158_000, dueMs: 0, code: "GIVER_DOWN" };
    const told = (goal: Goal): string | undefined =>
      tell(goalsSucceedAgain(), "goalEnded", { happened: goal, world: seenAs(world, { nowMs: 200_000 }) });
    expect(told(failed)).toContain("failed with GIVER_DOWN");
    expect(told({ ...failed, acceptedMs: 150_000 })).toBeUndefined();
    expect(told({ ...failed, code: null })).toBeUndefined();
    world.node("a").life?.parts.router.routes()[0]?.byKind.make.up[0]?.gate.open();
    const invariant = goalsSucceedAgain();
    const seconds = Array.from({ length: 30 }, () => invariant.check?.(seenAs(world, { nowMs: 200_000 })));
    expect(seconds.at(-1)).toMatch(/^a keeps SIM_.* from SIM_.*: open$/);
  });

  it("forbid a journal that was changed, and a death that was none", async () => {
    const world = await served();
    const journal = createMemoryJournal(4);
    const data = { value: 1 };
    const record: JournalRecord = { at: "", node: "a", kind: "k", subject: "s", data };
    journal.append(record);
    expect(journalHolds().finish?.(seenAs(world, { journal }))).toBeUndefined();
    data.value = 2;
    expect(journalHolds().finish?.(seenAs(world, { journal }))).toContain("entry 1");
    const event = { sequence: 1, at: "", type: "node.dead", subject: "b", data: {} };
    expect(tell(nobodyDies(), "nodeEvent", { happened: { nodeId: "a", event }, world })).toContain("a declared b dead");
  });
});
