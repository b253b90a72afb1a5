import { describe, expect, it } from "vitest";
import { MembershipNetwork } from "../../../support/membership-network.js";

const NODES = 24;
const INTERVAL_MS = 1_000;

const idOf = (index: number): string => `n${String(index).padStart(2, "0")}`;
const ids = Array.from({ length: NODES }, (_, index) => idOf(index));

async function large(): Promise<MembershipNetwork> {
  const network = new MembershipNetwork({ heartbeatIntervalMs: INTERVAL_MS });
  network.faults = { drop: 0, duplicate: 0, maxDelayMs: 5 };
  for (const nodeId of ids) {
    network.start(nodeId);
    await network.clock.advance(7);
  }
  await network.clock.advance(3 * INTERVAL_MS);
  return network;
}

function statuses(network: MembershipNetwork, of: string): Set<string | undefined> {
  return new Set([...network.nodes.values()].filter(({ nodeId }) => nodeId !== of).map((node) => node.status(of)));
}

function seenBy(network: MembershipNetwork): string[] {
  return [...network.nodes.values()].flatMap(({ seen }) => seen);
}

describe("Membership of a large network", () => {
  it("knows all, though each node beats to eight others", async () => {
    const network = await large();
    for (const node of network.nodes.values()) expect(node.known).toEqual(ids.map((id) => `E.1@${id}`));
    expect(seenBy(network).filter((seen) => !seen.endsWith("alive"))).toEqual([]);
    const before = network.deliveries;
    await network.clock.advance(10 * INTERVAL_MS);
    const perInterval = (network.deliveries - before) / 10;
    // Eight for each node, and those of the greeters among themselves.
    expect(perInterval).toBeLessThanOrEqual(NODES * 8 + 8 * 8);
  });

  it("tells all of a change at once", async () => {
    const network = await large();
    network.node("n07").engines = ["E", "F"];
    network.node("n07").membership.touch();
    await network.clock.advance(200);
    for (const node of network.nodes.values()) expect(node.known).toContain("F.1@n07");
  });

  it("finds one dead within three heartbeats, everywhere, and takes it back", async () => {
    const network = await large();
    network.crash("n20");
    await network.clock.advance(1.4 * INTERVAL_MS);
    expect(statuses(network, "n20")).not.toContain("dead");
    await network.clock.advance(1.6 * INTERVAL_MS);
    expect(statuses(network, "n20")).toEqual(new Set(["dead"]));
    expect(seenBy(network).filter((seen) => seen.endsWith("dead") && !seen.startsWith("n20"))).toEqual([]);
    network.start("n20", 2);
    await network.clock.advance(INTERVAL_MS);
    expect(statuses(network, "n20")).toEqual(new Set(["alive"]));
    for (const node of network.nodes.values()) expect(node.known).toHaveLength(NODES);
  });

  it("tells all of a leave at once, which is no death", async () => {
    const network = await large();
    network.leave("n11");
    await network.clock.advance(300);
    expect(statuses(network, "n11")).toEqual(new Set(["left"]));
    await network.clock.advance(10 * INTERVAL_MS);
    expect(seenBy(network).filter((seen) => seen.endsWith("dead"))).toEqual([]);
  });

  it("finds half of the network dead within three heartbeats, greeters among them", async () => {
    const network = await large();
    const lost = ids.filter((_, index) => index % 2 === 0 || index < 6);
    for (const nodeId of lost) network.crash(nodeId);
    await network.clock.advance(3 * INTERVAL_MS);
    for (const nodeId of lost) expect(statuses(network, nodeId)).toEqual(new Set(["dead"]));
    network.start("late");
    await network.clock.advance(INTERVAL_MS);
    for (const node of network.nodes.values()) expect(node.known).toHaveLength(NODES - lost.length + 1);
  });

  it("is two networks while it is parted, and one again afterwards, without a death among those who hear each other", async () => {
    const network = await large();
    const side = (nodeId: string): boolean => nodeId < "n12";
    network.part(side);
    await network.clock.advance(4 * INTERVAL_MS);
    for (const node of network.nodes.values()) {
      expect(node.known).toEqual(ids.filter((id) => side(id) === side(node.nodeId)).map((id) => `E.1@${id}`));
    }
    for (const node of network.nodes.values()) node.seen.length = 0;
    network.heal();
    await network.clock.advance(3 * INTERVAL_MS);
    for (const node of network.nodes.values()) expect(node.known).toHaveLength(NODES);
    expect(seenBy(network).filter((seen) => seen.endsWith("dead"))).toEqual([]);
  });

  it("sees one that is cut off from all as such, and is seen by it as gone", async () => {
    const network = await large();
    network.part((nodeId) => nodeId === "n13");
    await network.clock.advance(3 * INTERVAL_MS);
    expect(statuses(network, "n13")).toEqual(new Set(["dead"]));
    expect(network.node("n13").known).toEqual(["E.1@n13"]);
    network.heal();
    await network.clock.advance(3 * INTERVAL_MS);
    for (const node of network.nodes.values()) expect(node.known).toHaveLength(NODES);
  });

  it("kills nobody whose words to one other are lost, nor one whose event loop is blocked for five heartbeats", async () => {
    const network = await large();
    network.cutLink("n10", "n11");
    await network.clock.advance(8 * INTERVAL_MS);
    network.heal();
    network.node("n15").loop.block(5 * INTERVAL_MS);
    await network.clock.advance(4 * INTERVAL_MS);
    expect(statuses(network, "n15")).toEqual(new Set(["suspect"]));
    await network.clock.advance(4 * INTERVAL_MS);
    expect(seenBy(network).filter((seen) => seen.endsWith("dead"))).toEqual([]);
    expect(statuses(network, "n15")).toEqual(new Set(["alive"]));
    for (const node of network.nodes.values()) expect(node.known).toHaveLength(NODES);
  });
});
