import { describe, expect, it } from "vitest";
import type { WorldView } from "../../../../src/simulation/invariant.js";
import { partnershipsAgree } from "../../../../src/simulation/invariants/partnerships-agree.js";
import { entriesOf, seenAs, servedMesh, standsAs } from "../support/served-mesh.js";

/** Three heartbeats of 30 s, and two seconds. */
const BOUND_MS = 92_000;

describe("partnershipsAgree", () => {
  it("finds a side that stands differently for longer than the bound, and names it", async () => {
    const world = await servedMesh();
    const invariant = partnershipsAgree();
    const at = (nowMs: number, over: Partial<WorldView> = {}): string | undefined =>
      invariant.check?.(seenAs(world, { nowMs, ...over }));
    expect(at(0)).toBeUndefined();
    const entry = entriesOf(world).find(
      ({ side, agreement }) => side === "consumer" && agreement.phase !== "dissolved",
    )!;
    standsAs(entry, { epoch: 99 });
    expect(at(1000)).toBeUndefined();
    expect(at(1000 + BOUND_MS)).toBeUndefined();
    expect(at(1001 + BOUND_MS)).toContain(`${entry.pair} is ${entry.agreement.id} 99 trial`);
    // Faults excuse it, and it counts from their end.
    expect(at(1002 + BOUND_MS, { quietSinceMs: undefined })).toBeUndefined();
    expect(at(1003 + BOUND_MS)).toBeUndefined();
  });

  it("finds two that are never found to agree, though over something else each time", async () => {
    const world = await servedMesh();
    const entry = entriesOf(world).find(
      ({ side, agreement }) => side === "consumer" && agreement.phase !== "dissolved",
    )!;
    const invariant = partnershipsAgree();
    const found: (string | undefined)[] = [];
    for (let second = 0; second <= 93; second += 1) {
      standsAs(entry, { epoch: 100 + second });
      found.push(invariant.check?.(seenAs(world, { nowMs: 1000 * second })));
    }
    expect(found.slice(0, 93)).toEqual(Array.from({ length: 93 }, () => undefined));
    expect(found.at(-1)).toContain("at odds for 93000 ms");
  });

  it("forgives a pair that is found to agree in between", async () => {
    const world = await servedMesh();
    const entry = entriesOf(world).find(
      ({ side, agreement }) => side === "consumer" && agreement.phase !== "dissolved",
    )!;
    const { agreement } = entry;
    const invariant = partnershipsAgree();
    for (let second = 0; second <= 300; second += 1) {
      standsAs(entry, second % 90 === 0 ? agreement : { epoch: 100 + second });
      expect(invariant.check?.(seenAs(world, { nowMs: 1000 * second, quietSinceMs: 1e9 }))).toBeUndefined();
    }
  });

  it("finds an engine that is alone though somebody has room for it", async () => {
    const world = await servedMesh();
    const invariant = partnershipsAgree();
    const look = (): string | undefined =>
      Array.from({ length: 30 }, () => invariant.check?.(seenAs(world, { nowMs: 200_000 }))).at(-1);
    expect(look()).toBeUndefined();
    const [entry] = entriesOf(world);
    const { consumer, agreement } = entry!;
    const mine = entriesOf(world).filter((each) => each.consumer === consumer);
    for (const each of mine) each.agreement = { ...each.agreement, phase: "dissolved" };
    expect(look()).toMatch(new RegExp(`^${consumer.replaceAll(".", "\\.")} has no partner for .* have room$`));
    expect(agreement.products.length).toBeGreaterThan(0);
  });

  it("lets two that have just parted for bad service rest, but not for longer than they are to", async () => {
    const world = await servedMesh();
    const invariant = partnershipsAgree();
    const look = (): string | undefined =>
      Array.from({ length: 30 }, () => invariant.check?.(seenAs(world, { nowMs: 200_000 }))).at(-1);
    // One that needs a product of which there is one giver: nobody else could be asked instead.
    const identities = [...world.nodes.values()].flatMap(({ life }) => life!.parts.fleet.identities());
    const giversOf = (product: string): number =>
      identities.filter(({ operations }) => operations.some(({ gives }) => gives === product)).length;
    const [entry] = entriesOf(world).filter(
      ({ side, agreement }) => side === "consumer" && agreement.products.every((product) => giversOf(product) === 1),
    );
    const { life } = world.node(entry!.agreement.consumerNode);
    const nowMs = life!.clock.nowMs();
    standsAs(entry!, { phase: "dissolved" });
    Object.assign(entry!.history, { quietUntilMs: nowMs - 10_000, sinceMs: nowMs - 70_000 });
    expect(look()).toBeUndefined();
    entry!.history.sinceMs = nowMs - 70_001;
    expect(look()).toContain(`${entry!.consumer} has no partner for`);
    Object.assign(entry!.history, { quietUntilMs: nowMs - 10_001, sinceMs: nowMs });
    expect(look()).toContain(`${entry!.consumer} has no partner for`);
  });
});
