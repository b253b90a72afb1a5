// Both sides of a partnership hold the same agreement: while nothing goes wrong, no pair is found at odds every time for longer than
// the bound, also where it is at odds over something else each time. And once the network had time to recover, every need that
// somebody can meet has a partner, unless its agreement with them has just ended for bad service: the window that ended it may
// have begun long before the recovery.
import type { Agreement } from "../../contracts/partnership.js";
import { givers, isResting, needsOf } from "../partnership-views.js";
import { agreementMs, recoveryMs } from "../bounds.js";
import { Sightings } from "../sightings.js";
import type { Invariant, WorldView } from "../invariant.js";

/** Partners are looked for once in so many seconds. */
const NEEDS_EVERY = 30;

export function partnershipsAgree(): Invariant {
  /** Since when each pair was at odds whenever it was looked at. */
  let sinceMs = new Map<string, number>();
  const sightings = new Sightings();
  let different: ReadonlyMap<string, string> | undefined;
  let seconds = 0;
  return {
    name: "partnerships agree",
    check: (world) => {
      const { quietSinceMs, nowMs, heartbeatMs } = world;
      seeAgreements(sightings, world);
      if (sightings.changed()) different = undefined;
      if (quietSinceMs !== undefined) different ??= differences(world);
      const found = (quietSinceMs === undefined ? undefined : different) ?? new Map<string, string>();
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
  const consumers = new Map<string, Agreement>();
  const providers = new Map<string, Agreement>();
  const open = new Set<string>();
  for (const { life } of nodes.values()) {
    for (const { side, pair, agreement } of life?.parts.partnering.desk.book.all() ?? []) {
      (side === "consumer" ? consumers : providers).set(pair, agreement);
      // What is over on one side and forgotten on the other is over.
      if (agreement.phase !== "dissolved") open.add(pair);
    }
  }
  const different = [...open].filter((pair) => !standSame(consumers.get(pair), providers.get(pair)));
  return new Map(
    different.map((pair) => [
      pair,
      `is ${standing(consumers.get(pair))} to the consumer, ${standing(providers.get(pair))} to the provider`,
    ]),
  );
}

function standSame(a: Agreement | undefined, b: Agreement | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.id === b.id &&
    a.epoch === b.epoch &&
    a.phase === b.phase &&
    a.strained === b.strained &&
    a.relationship === b.relationship
  );
}

function standing(agreement: Agreement | undefined): string {
  if (agreement === undefined) return "unknown";
  const { id, epoch, phase, strained, relationship } = agreement;
  return `${id} ${epoch} ${phase} ${String(strained)} ${relationship}`;
}

/** Every agreement of the world: one that changes is another object. */
function seeAgreements(sightings: Sightings, { nodes }: WorldView): void {
  for (const { life } of nodes.values()) {
    sightings.see(life);
    for (const entry of life?.parts.partnering.desk.book.all() ?? []) {
      sightings.see(entry);
      sightings.see(entry.agreement);
    }
  }
}

function lonely(world: WorldView): string | undefined {
  for (const { life } of world.nodes.values()) {
    if (life === undefined) continue;
    for (const { instanceId, needs } of needsOf(life)) {
      const partners = life.parts.partnering.desk.book.open(instanceId, "consumer");
      for (const product of needs) {
        if (partners.some(({ agreement }) => agreement.products.includes(product))) continue;
        const free = givers(world, product, instanceId).filter((giver) => !isResting(life, instanceId, giver));
        if (free.length > 0) return `${instanceId} has no partner for ${product}, though ${free.join(", ")} have room`;
      }
    }
  }
  return undefined;
}
