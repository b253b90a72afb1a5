import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit, compareClaims, type Claim, type Holder, type Room } from "../../../src/partnerships/matching.js";
import { property } from "../../support/property.js";

interface Market {
  readonly consumers: readonly Claim[];
  readonly capacities: readonly number[];
  /** Providers by index, the liked best first, of each consumer. */
  readonly likes: readonly (readonly number[])[];
  /** In which order those who are free come forward. */
  readonly turns: readonly number[];
}

const market: fc.Arbitrary<Market> = fc
  .record({ consumers: fc.integer({ min: 1, max: 12 }), providers: fc.integer({ min: 1, max: 5 }) })
  .chain(({ consumers, providers }) =>
    fc.record({
      consumers: fc.tuple(...Array.from({ length: consumers }, (_, index) => claim(`C${index}`))),
      capacities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: providers, maxLength: providers }),
      likes: fc.array(fc.shuffledSubarray(Array.from({ length: providers }, (_, index) => index)), {
        minLength: consumers,
        maxLength: consumers,
      }),
      turns: fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 }),
    }),
  );

function claim(consumer: string): fc.Arbitrary<Claim> {
  return fc.record({
    consumer: fc.constant(consumer),
    relationship: fc.constantFrom("optional" as const, "secondary" as const, "primary" as const),
    trust: fc.record({ met: fc.nat(20), missed: fc.nat(20) }),
    priority: fc.constantFrom("critical" as const, "high" as const, "normal" as const, "low" as const),
    spare: fc.boolean(),
    waited: fc.nat(5),
  });
}

/** Who is with whom once nobody has anybody left to propose to: provider index by consumer. */
function settle({ consumers, capacities, likes, turns }: Market): ReadonlyMap<Claim, number> {
  const held = capacities.map((): Claim[] => []);
  const next = consumers.map(() => 0);
  const isFree = (claim: Claim): boolean => !held.some((list) => list.includes(claim));
  for (let turn = 0; ; turn += 1) {
    const free = consumers.filter((each, index) => isFree(each) && next[index]! < likes[index]!.length);
    const newcomer = free[turns[turn % turns.length]! % free.length];
    if (newcomer === undefined) break;
    const index = consumers.indexOf(newcomer);
    const provider = likes[index]![next[index]!]!;
    next[index]! += 1;
    const list = held[provider]!;
    const { admitted, displaced } = admit(newcomer, roomOf(list, capacities[provider]!));
    const gone = list.findIndex((each) => each.consumer === displaced?.consumer);
    if (gone >= 0) list.splice(gone, 1);
    if (admitted) list.push(newcomer);
  }
  return new Map(held.flatMap((list, provider) => list.map((each) => [each, provider] as const)));
}

/** Nobody is protected. */
function roomOf(list: readonly Claim[], capacity: number, waiting: readonly Claim[] = []): Room<Holder> {
  const holders = list.map((each) => ({ ...each, isProtected: false }));
  return { free: capacity - list.length, holders, waiting };
}

describe("admit", () => {
  property([market])("leaves no blocking pair, and nobody over capacity", (given) => {
    const { consumers, capacities, likes } = given;
    const matched = settle(given);
    capacities.forEach((capacity, provider) => {
      const held = consumers.filter((each) => matched.get(each) === provider);
      expect(held.length).toBeLessThanOrEqual(capacity);
      consumers.forEach((consumer, index) => {
        const own = matched.get(consumer);
        const order = likes[index]!;
        if (!order.includes(provider)) return;
        const wouldRather = own === undefined || order.indexOf(provider) < order.indexOf(own);
        const wouldTake = held.length < capacity || held.some((holder) => compareClaims(consumer, holder) < 0);
        expect(wouldRather && wouldTake).toBe(false);
      });
    });
  });

  property([market, fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 })])(
    "comes to the same, in whatever order they propose",
    (given, turns) => {
      expect(new Map(settle({ ...given, turns }))).toEqual(new Map(settle(given)));
    },
  );

  it("displaces nobody that is protected", () => {
    const low = {
      consumer: "A",
      relationship: "optional",
      trust: { met: 0, missed: 0 },
      priority: "low",
      spare: false,
      waited: 0,
    } as const;
    const high = { ...low, consumer: "B", relationship: "primary" } as const;
    const protectedLow = { ...low, isProtected: true };
    expect(admit(high, { free: 0, holders: [protectedLow], waiting: [] })).toEqual({
      admitted: false,
      displaced: undefined,
    });
    const yielding = { ...low, isProtected: false };
    expect(admit(high, { free: 0, holders: [yielding], waiting: [] })).toEqual({ admitted: true, displaced: yielding });
    // But for one that has another partner, where the newcomer has none.
    const spare = { ...protectedLow, spare: true };
    expect(admit(low, { free: 0, holders: [spare], waiting: [] })).toEqual({ admitted: true, displaced: spare });
  });
});

describe("compareClaims", () => {
  property([claim("A"), claim("B"), claim("C")])("is a strict order", (a, b, c) => {
    expect(Math.sign(compareClaims(a, b))).toBe(-Math.sign(compareClaims(b, a)));
    expect(compareClaims(a, b)).not.toBe(0);
    if (compareClaims(a, b) < 0 && compareClaims(b, c) < 0) expect(compareClaims(a, c)).toBeLessThan(0);
  });

  property([claim("A"), claim("B")])("puts whoever has no other partner first", (a, b) => {
    expect(compareClaims({ ...a, spare: false }, { ...b, spare: true })).toBeLessThan(0);
  });

  property([claim("A"), claim("B")])("puts whoever waited three turns longer first", (a, b) => {
    expect(compareClaims({ ...a, spare: b.spare, waited: b.waited + 3 }, b)).toBeLessThan(0);
  });

  property([
    fc.integer({ min: 2, max: 12 }),
    fc.integer({ min: 1, max: 4 }),
    fc.array(claim("X"), { minLength: 12, maxLength: 12 }),
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }),
  ])("leaves nobody outside for longer than its bound", (count, capacity, drawn, order) => {
    const all = drawn.slice(0, count).map((each, index) => new Seeker({ ...each, consumer: `C${index}` }));
    const bound = 4 + (PROTECTION + 1) * Math.ceil((count - 1) / capacity);
    for (let turn = 0; turn < 150; turn += 1) {
      const outside = all.filter(({ served }) => !served);
      // Time passes for all of them alike.
      for (const each of outside) each.waited = each.outside;
      while (outside.length > 0) {
        const [seeker] = outside.splice(order[(turn + outside.length) % order.length]! % outside.length, 1);
        ask(seeker!, all, { capacity, turn });
        expect(seeker!.outside).toBeLessThanOrEqual(bound);
      }
    }
  });
});

const PROTECTION = 3;

class Seeker implements Claim {
  readonly consumer: string;
  readonly relationship: Claim["relationship"];
  readonly trust: Claim["trust"];
  readonly priority: Claim["priority"];
  /** Only those are owed a place. */
  readonly spare = false;
  waited = 0;
  served = false;
  protectedUntil = 0;
  /** Turns since it was last served. */
  outside = 0;

  constructor(claim: Claim) {
    this.consumer = claim.consumer;
    this.relationship = claim.relationship;
    this.trust = claim.trust;
    this.priority = claim.priority;
  }
}

function ask(seeker: Seeker, all: readonly Seeker[], { capacity, turn }: { capacity: number; turn: number }): void {
  const holders = all
    .filter(({ served }) => served)
    .map((holder) => ({ ...claimOf(holder), isProtected: holder.protectedUntil > turn, holder }));
  const { admitted, displaced } = admit(seeker, {
    free: capacity - holders.length,
    holders,
    waiting: all.filter((other) => other !== seeker && !other.served && other.outside > 0),
  });
  if (displaced !== undefined) displaced.holder.served = false;
  if (admitted) Object.assign(seeker, { served: true, waited: 0, outside: 0, protectedUntil: turn + PROTECTION });
  else Object.assign(seeker, { outside: seeker.outside + 1 });
}

function claimOf({ consumer, relationship, trust, priority, spare, waited }: Seeker): Claim {
  return { consumer, relationship, trust, priority, spare, waited };
}
