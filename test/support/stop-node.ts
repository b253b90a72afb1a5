// The end of a node that runs on a virtual clock: what it waits for as it stops, only the clock brings about.
import type { VirtualClock } from "../../src/kernel/virtual-clock.js";
import type { Node } from "../../src/node/create-node.js";

/** Longer than a node takes to drain. */
const DRAIN_MS = 10_000;

export async function stopNode(node: Node, clock: VirtualClock): Promise<void> {
  const stopping = node.stop();
  await clock.advance(DRAIN_MS);
  await stopping;
}
