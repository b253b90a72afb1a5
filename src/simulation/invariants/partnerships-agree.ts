// Both sides of a partnership hold the same agreement: while nothing goes wrong, no pair is found at odds every time for longer than
// the bound, also where it is at odds over something else each time. And once the network had time to recover, every need that
// somebody can meet has a partner.
import { givers, needsOf } from "../partnership-views.js";
import { agreementMs, recoveryMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";

/** Partners are looked for once in so many seconds. */
const NEEDS_EVERY = 30;

export function partnershipsAgree(): Invariant {
  /** Since when each pair was at odds whenever it was looked at. */
  let sinceMs = new Map<string, number>();
  let seconds = 0;
  return {
    name: "partnerships agree",
    check: (world) => {
      const { quietSinceMs, nowMs, heartbeatMs } = world;
      const found = quietSinceMs === undefined ? new Map<string, string>() : differences(world);
      sinceMs = new Map([...found.keys()].map((pair) => [pair, sinceMs.get(pair) ?? nowMs]));
      for (const [pair, atMs] of sinceMs) {
        if (nowMs - atMs > agreementMs(heartbeatMs)) {
          return `${pair} ${found.get(pair) ?? ""}, and at odds for ${Math.round(nowMs - atMs)} ms`;
        }
      }
      seconds += 1;
      const recovered = quietSinceMs !== undefined && nowMs - quietSinceMs > recoveryMs(heartbeatMs);
      return recovered && seconds % NEEDS_EVERY === 0 ? lonely(world) : undefined;
    },
  };
}

/** Pairs whose sides stand differently, with how they stand. */
function differences({ nodes }: WorldView): ReadonlyMap<string, string> {
  const consumers = new Map<string, string>();
  const providers = new Map<string, string>();
  const open = new Set<string>();
  for (const { life } of nodes.values()) {
    for (const { side, pair, agreement, current } of life?.parts.partnering.desk.ledger.book.all() ?? []) {
      const { id, epoch, phase, strained, relationship } = agreement;
      const standing = `${id} ${epoch} ${phase} ${String(strained)} ${relationship}`;
      (side === "consumer" ? consumers : providers).set(pair, standing);
      // What is over on one side and forgotten on the other is over.
      if (current !== undefined) open.add(pair);
    }
  }
  const different = [...open].filter((pair) => consumers.get(pair) !== providers.get(pair));
  return new Map(
    different.map((pair) => [
      pair,
      `is ${consumers.get(pair) ?? "unknown"} to the consumer, ${providers.get(pair) ?? "unknown"} to the provider`,
    ]),
  );
}

function lonely(world: WorldView): string | undefined {
  for (const { life } of world.nodes.values()) {
    for (const { instanceId, needs } of life === undefined ? [] : needsOf(life)) {
      const partners = life?.parts.partnering.desk.ledger.book.open(instanceId, "consumer") ?? [];
      for (const product of needs) {
        if (partners.some(({ agreement }) => agreement.products.includes(product))) continue;
        const free = givers(world, product, instanceId);
        if (free.length > 0) return `${instanceId} has no partner for ${product}, though ${free.join(", ")} have room`;
      }
    }
  }
  return undefined;
}
