// A node that stops lets go of the lease, and is not kept from stopping by a server that does not answer.
import { expect, it } from "vitest";
import { createTestTree } from "../../../support/actor-tree.js";
import { Leadership } from "../../../../src/actors/leadership/leadership.js";
import type { Hold, Leases } from "../../../../src/contracts/lease.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";

const HEARTBEAT_MS = 1_000;

function open(hold: Hold): { readonly leadership: Leadership; readonly clock: VirtualClock } {
  const clock = new VirtualClock();
  const leases: Leases = { hold: () => Promise.resolve(hold), release: () => new Promise(() => undefined) };
  const leadership = new Leadership({
    nodeId: "a",
    leases,
    clock,
    tree: createTestTree(clock),
    heartbeatIntervalMs: HEARTBEAT_MS,
    onChanged: () => undefined,
  });
  leadership.start();
  return { leadership, clock };
}

it("stops at once where it did not lead, though the server is silent", async () => {
  const { leadership, clock } = open({ isHeld: false, holder: "b" });
  await clock.advance(HEARTBEAT_MS);
  await leadership.stop();
  expect(leadership.isLeader).toBe(false);
});

it("waits for the server, but not for long, where it led", async () => {
  const { leadership, clock } = open({ isHeld: true, token: 1 });
  await clock.advance(HEARTBEAT_MS);
  expect(leadership.isLeader).toBe(true);
  let isStopped = false;
  const stopping = leadership.stop().then(() => (isStopped = true));
  expect(leadership.isLeader).toBe(false);
  await clock.advance(500);
  expect(isStopped).toBe(false);
  await clock.advance(1_000);
  await stopping;
  expect(clock.pending).toBe(0);
});
