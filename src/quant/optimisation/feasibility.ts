// Whether a mandate can be met at all: decided from its numbers alone, before anything is planned or computed.
import { NautilusError } from "../../contracts/errors.js";

/** Rounding allowed when bounds are added up: 3 × 0.333333333333 does not reach 1, 3 × (1 / 3) does. */
const BUDGET_TOLERANCE = 1e-12;

export interface HoldingLimits {
  /** Least weight of a held asset. */
  readonly minWeight: number;
  /** Greatest weight of a held asset. */
  readonly maxWeight: number;
  /** Greatest number of held assets. */
  readonly maxAssets: number;
}

export interface HeldRange {
  /** Fewest assets whose greatest weights reach 1. */
  readonly least: number;
  /** Most assets that may be held: by `maxAssets`, by the universe, and by least weights that stay within 1. */
  readonly most: number;
}

/** How many assets a portfolio that sums to 1 can hold; no portfolio exists when `least > most`. */
export function heldRange(constraints: HoldingLimits, assets = Number.POSITIVE_INFINITY): HeldRange {
  const { minWeight, maxWeight, maxAssets } = constraints;
  return {
    least: Math.ceil((1 - BUDGET_TOLERANCE) / maxWeight),
    most: Math.min(maxAssets, assets, mostByMinWeight(minWeight)),
  };
}

/**
 * Why no portfolio satisfies the constraints, as an `INFEASIBLE` error that names the constraint; undefined when one does.
 * `assets` is the size of the universe where it is known.
 */
export function infeasibility(constraints: HoldingLimits, assets?: number): NautilusError | undefined {
  const { minWeight, maxWeight, maxAssets } = constraints;
  const { least, most } = heldRange(constraints, assets);
  if (minWeight > maxWeight) return refuse("minWeight", `minWeight ${minWeight} > maxWeight ${maxWeight}`);
  if (least <= most) return undefined;
  if (maxAssets < least) {
    const reach = `${maxAssets} × maxWeight ${maxWeight} = ${decimal(maxAssets * maxWeight)}`;
    return refuse("maxAssets", `maxAssets ${reach} < 1`);
  }
  if (assets !== undefined && assets < least) {
    const reach = `${assets} × maxWeight ${maxWeight} = ${decimal(assets * maxWeight)}`;
    return refuse("universe", `universe of ${assets} assets: ${reach} < 1`);
  }
  const fewer = mostByMinWeight(minWeight);
  const below = `${fewer} × maxWeight ${maxWeight} = ${decimal(fewer * maxWeight)} < 1`;
  const above = `${fewer + 1} × minWeight ${minWeight} = ${decimal((fewer + 1) * minWeight)} > 1`;
  return refuse("minWeight", `no number of held assets fits: ${below} and ${above}`);

  function refuse(constraint: string, reason: string): NautilusError {
    const details = { constraint, minWeight, maxWeight, maxAssets, ...(assets !== undefined && { assets }) };
    return new NautilusError("INFEASIBLE", `the mandate cannot be met: ${reason}`, { details });
  }
}

function mostByMinWeight(minWeight: number): number {
  return minWeight === 0 ? Number.POSITIVE_INFINITY : Math.floor((1 + BUDGET_TOLERANCE) / minWeight);
}

/** Without the digits that only say that a product was computed in binary. */
function decimal(value: number): number {
  return Number(value.toPrecision(12));
}
