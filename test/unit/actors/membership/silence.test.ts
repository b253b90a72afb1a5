import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MembershipNetwork } from "../../../support/membership-network.js";

const INTERVAL_MS = 1_000;
const ids = ["a", "b", "c"];

async function three(options: ConstructorParameters<typeof MembershipNetwork>[0] = {}): Promise<MembershipNetwork> {
  const network = new MembershipNetwork({ heartbeatIntervalMs: INTERVAL_MS, ...options });
  network.faults = { drop: 0, duplicate: 0, maxDelayMs: 2 };
  for (const nodeId of ids) network.start(nodeId);
  await network.clock.advance(5 * INTERVAL_MS);
  return network;
}

function deaths(network: MembershipNetwork): string[] {
  return [...network.nodes.values()].flatMap(({ nodeId, seen }) =>
    seen.filter((each) => each.endsWith("dead")).map((each) => `${nodeId}: ${each}`),
  );
}

describe("Membership, with heartbeats of 1 s", () => {
  it("declares nobody dead, on neither side, when one event loop is blocked for 5 s and its pulse is not", async () => {
    const cases = fc.tuple(fc.nat(INTERVAL_MS), fc.integer({ min: 5_000, max: 20_000 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([phaseMs, blockedMs]) => {
        const network = await three();
        await network.clock.advance(phaseMs);
        network.node("b").loop.block(blockedMs);
        await network.clock.advance(blockedMs - 1);
        // It answers nobody: whoever can ask another does.
        expect([network.node("a").status("b"), network.node("c").status("b")]).toEqual(["suspect", "suspect"]);
        await network.clock.advance(3 * INTERVAL_MS);
        expect(deaths(network)).toEqual([]);
        for (const node of network.nodes.values()) {
          expect(node.known).toHaveLength(3);
          expect(node.membership.peers().map(({ status }) => status)).toEqual(["alive", "alive"]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("declares nobody dead when all event loops are blocked together, as those of one process are, pulse or not", async () => {
    for (const pulses of [true, false]) {
      const network = await three({ pulses });
      for (const node of network.nodes.values()) node.loop.block(5_000);
      await network.clock.advance(8_000);
      expect(deaths(network)).toEqual([]);
    }
  });

  it("cannot tell a blocked event loop without a pulse from a dead one, and takes it back", async () => {
    const network = await three({ pulses: false });
    network.node("b").loop.block(5_000);
    await network.clock.advance(3_000);
    expect(deaths(network)).toEqual(["a: b dead", "c: b dead"]);
    await network.clock.advance(3_000);
    expect(deaths(network)).toHaveLength(2);
    expect(network.node("a").status("b")).toBe("alive");
  });

  it("declares one dead whose event loop does not turn for longer than a stalled process is left alive", async () => {
    const network = await three();
    network.node("b").loop.block(60_000);
    await network.clock.advance(29_000);
    expect(deaths(network)).toEqual([]);
    await network.clock.advance(5_000);
    expect(deaths(network)).toEqual(["a: b dead", "c: b dead"]);
  });

  it("declares one dead whose process ended, pulse and all, within three heartbeats", async () => {
    const network = await three();
    network.node("b").loop.block(2_000);
    await network.clock.advance(1_000);
    network.crash("b");
    await network.clock.advance(3_000);
    expect(deaths(network)).toEqual(["a: b dead", "c: b dead"]);
  });
});

describe("Membership.doubt", () => {
  it("declares one that died dead sooner, but not before it had the time to answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(INTERVAL_MS), async (phaseMs) => {
        const network = await three();
        await network.clock.advance(phaseMs);
        network.crash("b");
        // A last word that is still under way would rightly refute the doubt.
        await network.clock.advance(network.faults.maxDelayMs);
        network.node("a").membership.doubt("b");
        expect(network.node("a").status("b")).toBe("suspect");
        await network.clock.advance(0.9 * INTERVAL_MS);
        expect(deaths(network)).toEqual([]);
        await network.clock.advance(0.4 * INTERVAL_MS);
        expect(deaths(network).sort()).toEqual(["a: b dead", "c: b dead"]);
      }),
      { numRuns: 20 },
    );
  });

  it("is refuted by one that lives, at once, and by one whose event loop is blocked by its pulse", async () => {
    const network = await three();
    network.node("a").membership.doubt("b");
    await network.clock.advance(20);
    expect(network.node("a").status("b")).toBe("alive");
    expect(network.node("c").seen).toEqual(["a alive", "b alive"]);
    network.node("b").loop.block(5_000);
    for (let time = 0; time < 10; time += 1) {
      network.node("a").membership.doubt("b");
      await network.clock.advance(500);
    }
    await network.clock.advance(1_000);
    expect([deaths(network), network.node("a").status("b")]).toEqual([[], "alive"]);
  });

  it("says nothing of a node that is not known, or not in the network", async () => {
    const network = await three();
    network.leave("b");
    await network.clock.advance(10);
    network.node("a").membership.doubt("b");
    network.node("a").membership.doubt("nobody");
    expect(network.node("a").status("b")).toBe("left");
  });
});
