// No mailbox holds more than its limit, no router more in flight than it may, and no subscription more than its places.
import type { Invariant } from "../invariant.js";
import type { Life } from "../simulated-node.js";

const MOST_IN_FLIGHT = 65_536;
/** The largest queue that any part of a node asks for. */
const MOST_QUEUED = 8192;
/** Subscriptions are looked at once in so many seconds: that costs more than all the rest. */
const SUBSCRIPTIONS_EVERY = 15;

export function queuesAreBounded(): Invariant {
  let seconds = 0;
  return {
    name: "queues are bounded",
    each: ({ life }) => life && crowdedHost(life),
    check: ({ nodes }) => {
      seconds += 1;
      if (seconds % SUBSCRIPTIONS_EVERY !== 0) return undefined;
      for (const { life } of nodes.values()) {
        const found = life && crowdedReader(life);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function crowdedHost({ parts: { fleet, router, nodeId } }: Life): string | undefined {
  for (const { instanceId, load, definition } of fleet.hosts) {
    const { concurrency, queue } = definition.limits;
    if (load.queued > queue) return `${load.queued} calls wait in ${instanceId}, of at most ${queue}`;
    if (load.active > concurrency) return `${load.active} operations run in ${instanceId}, of at most ${concurrency}`;
  }
  return router.inFlight > MOST_IN_FLIGHT ? `${router.inFlight} calls are in flight at ${nodeId}` : undefined;
}

function crowdedReader({ bus }: Life): string | undefined {
  const readers = Object.values(bus.stats().subscriptions).flat();
  const crowded = readers.find(({ queued, waiting }) => queued > MOST_QUEUED || waiting > MOST_QUEUED);
  return crowded && `${crowded.queued} messages wait for ${crowded.name} of ${crowded.topic}`;
}
