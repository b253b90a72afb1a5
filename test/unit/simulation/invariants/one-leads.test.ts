import { beforeEach, describe, expect, it } from "vitest";
import type { Leadership } from "../../../../src/actors/leadership/leadership.js";
import { oneLeads } from "../../../../src/simulation/invariants/one-leads.js";
import { rivals } from "../../../../src/simulation/scenarios/rivals.js";
import { World } from "../../../../src/simulation/world.js";
import { seenAs } from "../support/served-mesh.js";

const SETTLED_MS = 20_000;
const LONG_AFTER_MS = 1e6;

describe("oneLeads", () => {
  let world: World;
  beforeEach(async () => {
    world = new World({ seed: 1, scenario: rivals, faults: () => [], horizonMs: 1e9, invariants: [] });
    for (const node of world.nodes.values()) node.start();
    await world.clock.advance(SETTLED_MS);
  });

  const leaderships = (): readonly Leadership[] => [...world.nodes.values()].map(({ life }) => life!.parts.leadership!);
  const look = (invariant = oneLeads()): string | undefined => invariant.each?.(world.node("a"), world);

  it("finds that two lead, and has nothing against one", () => {
    expect(leaderships().filter(({ isLeader }) => isLeader)).toHaveLength(1);
    expect(look()).toBeUndefined();
    for (const leadership of leaderships()) Object.defineProperty(leadership, "isLeader", { value: true });
    expect(look()).toBe("a and b and c lead at the same time");
  });

  it("finds a leader whose token is not greater than an earlier one's", () => {
    const invariant = oneLeads();
    expect(look(invariant)).toBeUndefined();
    const [first, second] = [...leaderships()].sort((a, b) => Number(b.isLeader) - Number(a.isLeader));
    Object.defineProperty(first, "isLeader", { value: false });
    Object.defineProperty(second, "isLeader", { value: true });
    Object.defineProperty(second, "token", { value: first!.token, configurable: true });
    expect(look(invariant)).toMatch(/^[abc] leads with token \d+, after \d+$/);
    Object.defineProperty(second, "token", { value: first!.token + 1, configurable: true });
    expect(look(invariant)).toBeUndefined();
    // Nor does the same one go back.
    Object.defineProperty(second, "token", { value: first!.token, configurable: true });
    expect(look(invariant)).toMatch(/^[abc] leads with token \d+, after \d+$/);
  });

  it("finds that nobody leads though there was time enough", () => {
    const quiet = seenAs(world, { quietSinceMs: 0, nowMs: LONG_AFTER_MS });
    expect(oneLeads().check?.(quiet)).toBeUndefined();
    for (const leadership of leaderships()) Object.defineProperty(leadership, "isLeader", { value: false });
    expect(oneLeads().check?.(seenAs(world, { quietSinceMs: world.nowMs - 1000 }))).toBeUndefined();
    expect(oneLeads().check?.(quiet)).toBe("nobody leads");
  });
});
