// Both sides of a partnership hold the same agreement: while nothing goes wrong, no difference outlives the bound. And once the
// network had time to recover, every need that somebody can meet has a partner.
import { givers, needsOf } from "../partnership-views.js";
import { agreementMs, recoveryMs } from "../bounds.js";
import type { Invariant, WorldView } from "../invariant.js";

/** Partners are looked for once in so many seconds. */
const NEEDS_EVERY = 30;

export function partnershipsAgree(): Invariant {
  let seen = new Map<string, number>();
  let seconds = 0;
  return {
    name: "partnerships agree",
    check: (world) => {
      const { quietSinceMs, nowMs, heartbeatMs } = world;
      const found = quietSinceMs === undefined ? [] : differences(world);
      seen = new Map(found.map((words) => [words, seen.get(words) ?? nowMs]));
      for (const [words, sinceMs] of seen) {
        if (nowMs - sinceMs > agreementMs(heartbeatMs)) return `${words}, for ${Math.round(nowMs - sinceMs)} ms`;
      }
      seconds += 1;
      const recovered = quietSinceMs !== undefined && nowMs - quietSinceMs > recoveryMs(heartbeatMs);
      return recovered && seconds % NEEDS_EVERY === 0 ? lonely(world) : undefined;
    },
  };
}

/** Pairs whose sides stand differently, with how they stand: one that moves on is another difference. */
function differences({ nodes }: WorldView): string[] {
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
  return [...open]
    .filter((pair) => consumers.get(pair) !== providers.get(pair))
    .map(
      (pair) =>
        `${pair} is ${consumers.get(pair) ?? "unknown"} to the consumer, ${providers.get(pair) ?? "unknown"} to the provider`,
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
