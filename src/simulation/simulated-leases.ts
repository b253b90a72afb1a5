// One start of a node asks the server that keeps the lease, over the way that messages take too: what it asks may get there and the
// answer be lost, and a node whose event loop is blocked reads the answer late.
import type { Leases } from "../contracts/lease.js";
import type { VirtualClock } from "../kernel/virtual-clock.js";
import type { LeaseServer } from "./lease-server.js";
import type { SimulatedClock } from "./simulated-clock.js";
import type { SimulatedNetwork } from "./simulated-network.js";

export interface SimulatedLeasesOptions {
  readonly nodeId: string;
  /** Which start of the node it is: a later one does not lead by the lease of an earlier. */
  readonly life: number;
  readonly clock: SimulatedClock;
  readonly world: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly server: LeaseServer;
}

/** Until a client takes what it asked for lost. */
const LOST_AFTER_MS = 1000;

export function createSimulatedLeases(options: SimulatedLeasesOptions): Leases {
  const { nodeId, life, clock, world, network, server } = options;
  const nameOf = (holder: string): string => `${holder} ${life}`;
  const ask = <T>(answer: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        reject(new Error("the server did not answer"));
      }, LOST_AFTER_MS);
      const there = network.trip(nodeId);
      if (there === undefined) return;
      world.setTimeout(() => {
        const said = answer();
        const back = network.trip(nodeId);
        if (back === undefined) return;
        clock.arrive(() => {
          clock.clearTimeout(timer);
          resolve(said);
        }, back);
      }, there);
    });
  return {
    hold: async (asking, ttlMs) => {
      const said = await ask(() => server.hold(nameOf(asking), ttlMs, world.nowMs()));
      if (said.isHeld || said.holder === undefined) return said;
      return { isHeld: false, holder: said.holder.slice(0, said.holder.lastIndexOf(" ")) };
    },
    release: (asking) =>
      ask(() => {
        server.release(nameOf(asking));
      }),
  };
}
