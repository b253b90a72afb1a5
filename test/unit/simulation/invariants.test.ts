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
import { answersFit } from "../../../src/simulation/invariants/answers-fit.js";
import { ejectionsAreCapped } from "../../../src/simulation/invariants/ejections-are-capped.js";
import { incarnationsNeverReturn } from "../../../src/simulation/invariants/incarnations-never-return.js";
import { nodesBeatInTime } from "../../../src/simulation/invariants/nodes-beat-in-time.js";
import { readsOnce } from "../../../src/simulation/invariants/reads-once.js";
import { routersLeaveFailures } from "../../../src/simulation/invariants/routers-leave-failures.js";
import { workIsShared } from "../../../src/simulation/invariants/work-is-shared.js";
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

function goalAt(nodeId: string, life: object, rest: Partial<Goal>): Goal {
  const open = { code: undefined, result: undefined, isGivenUp: false };
  return { index: 7, nodeId, products: ["simulated.value_0_0"], life, acceptedMs: 0, dueMs: 0, ...open, ...rest };
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
      data: { groups: [{ instanceId: "SIM_0_1.1@b" }] },
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
    const goal = goalAt("a", life, { acceptedMs: 0, dueMs: 4000 });
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

  it("forbid more retries than were saved up, at any time", async () => {
    const world = await served();
    const invariant = retriesWithinBudget();
    const counters = world.node("a").life?.parts.router.counters as { retries: number; calls: number };
    const clock = world.node("a").life?.clock as { nowMs: () => number };
    const at = (nowMs: number, retries: number): string | undefined => {
      clock.nowMs = () => nowMs;
      counters.retries = retries;
      return invariant.each?.(world.node("a"), world);
    };
    counters.calls = 0;
    expect(at(5000, 60)).toBeUndefined();
    expect(at(6000, 70)).toBeUndefined();
    // A long quiet saves up no more than a hundred.
    expect(at(600_000, 70)).toBeUndefined();
    expect(at(601_000, 180)).toBeUndefined();
    expect(at(602_000, 191)).toContain("retried 191 times");
  });

  it("forbid a queue beyond its limit", async () => {
    const world = await served();
    const invariant = queuesAreBounded();
    expect(invariant.each?.(world.node("a"), world)).toBeUndefined();
    const host = world.node("a").life?.parts.fleet.hosts[0];
    Object.defineProperty(host, "load", { value: { active: 0, queued: 65 } });
    expect(invariant.each?.(world.node("a"), world)).toContain("65 calls wait");
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
    const failed = goalAt("a", life, { acceptedMs: 158_000, code: "GIVER_DOWN" });
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

  it("forbid a second subscription to a topic under one name", async () => {
    const world = await served();
    const invariant = readsOnce();
    const looks = (): string | undefined => Array.from({ length: 15 }, () => invariant.check?.(world)).at(-1);
    expect(looks()).toBeUndefined();
    const channel = world.node("a").life?.bus.channel("engineLogic");
    channel?.subscribe("nautilus:calls:a", () => undefined, { name: "another", queue: 1 });
    expect(looks()).toBeUndefined();
    channel?.subscribe("nautilus:calls:a", () => undefined, { name: "calls", queue: 1 });
    expect(looks()).toBe("calls reads nautilus:calls:a twice on a");
  });

  it("forbid an earlier incarnation in place of a later one", async () => {
    const world = await served();
    const invariant = incarnationsNeverReturn();
    const membership = world.node("a").life?.parts.network.membership;
    const believed = (incarnation: number): string | undefined => {
      const peers = [{ nodeId: "b", status: "alive", incarnation }];
      Object.defineProperty(membership, "peers", { value: () => peers, configurable: true });
      const event = { sequence: 1, at: "", type: "node.alive", subject: "b", data: {} };
      return tell(invariant, "nodeEvent", { happened: { nodeId: "a", event }, world });
    };
    expect([believed(2), believed(2), believed(3)]).toEqual([undefined, undefined, undefined]);
    expect(believed(2)).toBe("a believes in incarnation 2 of b, after 3");
  });

  it("forbid a node that is awake and does not beat, also where its pulse speaks for it", async () => {
    const world = await served();
    const invariant = nodesBeatInTime();
    const seen = seenAs(world, { nowMs: 30_000 });
    const beat = (from: string, topic: string, lagging: boolean): void => {
      const message = { type: "discovery.heartbeat", data: { lagging } } as WorldEvents["sent"]["message"];
      tell(invariant, "sent", { happened: { from, channel: "engineLogic", topic, message }, world: seen });
    };
    const channel = "nautilus:engine_discovery";
    for (const nodeId of ["a", "b", "c"]) beat(nodeId, channel, false);
    expect(invariant.check?.(seenAs(world, { nowMs: 64_500 }))).toBeUndefined();
    beat("a", channel, true);
    beat("a", `${channel}:b`, false);
    expect(invariant.check?.(seenAs(world, { nowMs: 64_501 }))).toContain("a has not beaten for 34501 ms");
  });

  it("forbid an answer to another question", async () => {
    const world = await served();
    const asked = "simulated.value_0_0";
    const given = (got: { goal: number; product: string }): string | undefined => {
      const happened = { instanceId: "E.1@a", goal: 7, product: "p", failed: false, inputs: [{ asked, got }] };
      return tell(answersFit(), "served", { happened, world });
    };
    expect(given({ goal: 7, product: asked })).toBeUndefined();
    expect(given({ goal: 8, product: asked })).toContain("of goal 8");
    expect(given({ goal: 7, product: "other" })).toContain("was given other");
    const ended = (result: Goal["result"]): string | undefined =>
      tell(answersFit(), "goalEnded", { happened: goalAt("a", {}, { code: null, result }), world });
    expect(ended({ [asked]: { goal: 7, product: asked } })).toBeUndefined();
    expect(ended({ [asked]: { weights: {} } })).toBeUndefined();
    expect(ended({ [asked]: { goal: 8, product: asked } })).toContain("goal 7 was given");
    expect(ended({})).toBe(`goal 7 succeeded without ${asked}`);
  });

  it("forbid that more than half of the candidates are ejected while nobody comes or goes", async () => {
    const world = await served();
    const routes = world.node("a").life?.parts.router.routes() ?? [];
    const route = routes.find(({ byKind }) => byKind.make.up.length === 2);
    const [one, two] = route?.byKind.make.up ?? [];
    const invariant = ejectionsAreCapped();
    expect(invariant.check?.(world)).toBeUndefined();
    one?.gate.open();
    expect(invariant.check?.(world)).toBeUndefined();
    two?.gate.open();
    expect(invariant.check?.(world)).toContain("a ejected 2 of 2");
    // One may have been ejected while there were others.
    two?.gate.close();
    invariant.check?.(world);
    two?.gate.open();
    const event = { sequence: 1, at: "", type: "engine.faulted", subject: "E.1@a", data: {} };
    tell(invariant, "nodeEvent", { happened: { nodeId: "a", event }, world });
    expect(invariant.check?.(world)).toBeUndefined();
  });

  it("forbid that calls go on to one that fails while another serves well", async () => {
    const world = await served();
    const window = (invariant: Invariant, failures: Readonly<Record<string, number>>): string | undefined => {
      for (const [instanceId, failed] of Object.entries(failures)) {
        for (let call = 0; call < 40; call += 1) {
          const happened = { instanceId, goal: 1, product: "p", failed: call < failed, inputs: [] };
          tell(invariant, "served", { happened, world });
        }
      }
      return Array.from({ length: 5 }, () => invariant.check?.(world)).at(-1);
    };
    const invariant = routersLeaveFailures();
    expect(window(invariant, { "E.1@a": 40, "E.2@a": 0 })).toBeUndefined();
    expect(window(invariant, { "E.1@a": 4, "E.2@a": 0 })).toBeUndefined();
    expect(window(invariant, { "E.1@a": 40, "E.2@a": 0 })).toBeUndefined();
    expect(window(invariant, { "E.1@a": 40, "E.2@a": 0 })).toContain("E.1@a is asked again and again");
    const all = routersLeaveFailures();
    window(all, { "E.1@a": 40, "E.2@a": 40 });
    expect(window(all, { "E.1@a": 40, "E.2@a": 40 })).toBeUndefined();
  });

  it("forbid that one instance has its hands full while another has nothing to do", async () => {
    const world = await served();
    const hosts = [...world.nodes.values()].flatMap(({ life }) => life?.parts.fleet.hosts ?? []);
    const counted = new Map<string, number>();
    for (const { engineId } of hosts) counted.set(engineId, (counted.get(engineId) ?? 0) + 1);
    const replica = hosts.find(({ engineId }) => counted.get(engineId) === 2);
    const looks = (invariant: Invariant, held: number, nowMs: number): string | undefined => {
      Object.defineProperty(replica, "held", { value: held, configurable: true });
      return Array.from({ length: 20 }, () => invariant.check?.(seenAs(world, { nowMs }))).at(-1);
    };
    expect(looks(workIsShared(), 2, 10_000)).toBeUndefined();
    expect(looks(workIsShared(), 3, 10_000)).toContain("holds 3.0 operations more");
    expect(looks(workIsShared(), 3, 4000)).toBeUndefined();
  });
});
