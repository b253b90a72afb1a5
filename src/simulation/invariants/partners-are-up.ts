// No node holds an agreement in force with an instance of its own that is down: it is suspended in the same moment. And no provider
// has more partners than it agreed to.
import type { Invariant } from "../invariant.js";
import { placesOf } from "../partnership-views.js";

export function partnersAreUp(): Invariant {
  return {
    name: "partners are up",
    check: ({ nodes }) => {
      for (const { nodeId, life } of nodes.values()) {
        if (life === undefined) continue;
        const { fleet, partnering } = life.parts;
        const { book } = partnering.desk;
        for (const { instanceId, lifecycle, definition } of fleet.hosts) {
          const consumers = book.open(instanceId, "provider");
          if (consumers.length > placesOf(definition.limits)) {
            return `${instanceId} has ${consumers.length} consumers, more than it agrees with`;
          }
          if (lifecycle === "running") continue;
          const held = [...consumers, ...book.open(instanceId, "consumer")].find(
            ({ agreement }) => agreement.phase === "active" || agreement.phase === "trial",
          );
          if (held !== undefined) return `${nodeId} holds ${held.pair} in force while ${instanceId} is ${lifecycle}`;
        }
      }
      return undefined;
    },
  };
}
