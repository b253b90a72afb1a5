// The service level: what a consumer asks for, what a provider can promise by its own measurements, and what either takes.
import type { OperationIdentity, Preference } from "../contracts/identity.js";
import type { ServiceLevel } from "../contracts/partnership.js";

/** Asked for where nobody declared and nobody measured anything. */
const USUAL: ServiceLevel = { latencyMs: 1000, reliabilityPct: 99, basis: "usual" };
/** Room above the provider's own 99th percentile: the way there and back, and waiting behind others, come on top. */
const HEADROOM = 2;
/** Fewer calls say too little of a tail. */
const LEAST_CALLS = 20;
/** A counter-offer that is slower than asked by up to this factor is taken. */
const PATIENCE = 4;
/** And one that is less reliable by up to this many points. */
const TOLERANCE_PCT = 5;

/** What a provider can promise for these operations by what it measured; undefined where that is too little. */
function promised(operations: readonly OperationIdentity[]): ServiceLevel | undefined {
  const measured = operations.map((operation) => operation.measured);
  if (measured.length === 0 || measured.some(({ calls, latencyMs }) => calls < LEAST_CALLS || latencyMs === null)) {
    return undefined;
  }
  const p99 = Math.max(...measured.map(({ latencyMs }) => latencyMs?.p99 ?? 0));
  const reliability = Math.min(...measured.map(({ reliabilityPct }) => reliabilityPct ?? 100));
  return {
    latencyMs: Math.max(1, Math.ceil(HEADROOM * p99)),
    reliabilityPct: Math.min(USUAL.reliabilityPct, Math.floor(reliability)),
    basis: "measured",
  };
}

export function askedTerms(preference: Preference | undefined, operations: readonly OperationIdentity[]): ServiceLevel {
  if (preference !== undefined) {
    return { latencyMs: preference.latencyMs, reliabilityPct: preference.reliabilityPct, basis: "declared" };
  }
  return promised(operations) ?? USUAL;
}

/** What the provider would promise instead; undefined where it can keep what was asked, or does not know better. */
export function counterOffer(asked: ServiceLevel, operations: readonly OperationIdentity[]): ServiceLevel | undefined {
  const own = promised(operations);
  if (own === undefined || (own.latencyMs <= asked.latencyMs && own.reliabilityPct >= asked.reliabilityPct)) {
    return undefined;
  }
  return {
    latencyMs: Math.max(own.latencyMs, asked.latencyMs),
    reliabilityPct: Math.min(own.reliabilityPct, asked.reliabilityPct),
    basis: "measured",
  };
}

/** Whether a consumer takes what was offered instead of what it asked for. With nobody else to go to it takes anything. */
export function isTakeable(asked: ServiceLevel, offered: ServiceLevel, hasOthers: boolean): boolean {
  if (!hasOthers) return true;
  return (
    offered.latencyMs <= PATIENCE * asked.latencyMs && offered.reliabilityPct >= asked.reliabilityPct - TOLERANCE_PCT
  );
}
