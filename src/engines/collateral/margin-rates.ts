// What share of a long equity position's value must be covered by the account's own money.
import type { TailRisk } from "../../domain/products/risk.js";

/** 12 CFR 220.12(a) (Federal Reserve, Regulation T): 50 % of the current market value of a margin equity security. */
const INITIAL_FLOOR = 0.5;
/** FINRA Rule 4210(c)(1): 25 % of the current market value of margin securities that are long in the account. */
const MAINTENANCE_FLOOR = 0.25;
/** Business days in which a deficiency of a portfolio margin account must be met (FINRA Rule 4210(g)). */
export const HORIZON_BARS = 3;
/** House requirement, as FINRA Rule 4210(d) has members set: no call on the first bad day after opening. */
const INITIAL_OVER_MAINTENANCE = 1.25;
/** House requirement for positions too large to liquidate promptly, see FINRA Rule 4210(f)(1). */
const CONCENTRATION_FROM = 0.1;
const CONCENTRATION_SLOPE = 0.5;

export interface PositionRisk {
  /** Share of the capital, in [0, 1]. */
  readonly weight: number;
  /** Of one bar. */
  readonly tail: Pick<TailRisk, "historicalEs99" | "parametricEs99">;
  /** Worst loss over HORIZON_BARS seen in the history, as a fraction of value; at least 0. */
  readonly worstLoss: number;
}

export interface MarginRates {
  readonly initialRate: number;
  readonly maintenanceRate: number;
}

/**
 * Fractions of the position's value, 0.25 ≤ maintenance ≤ initial ≤ 1:
 *
 *   maintenance = max(25 %, loss) + ½ · max(0, weight − 10 %)      loss = max(√3 · ES99, worst 3-bar loss seen)
 *   initial     = max(50 %, 1.25 · maintenance)
 *
 * each at most 1, because a long position cannot lose more than its value. ES99 is the larger of the historical and the
 * parametric expected shortfall of one bar, scaled by the square root of time as for independent returns; where losses come
 * in a row, the worst one seen does not rely on that. It also answers FINRA Rule 4210(f)(1), which wants additional margin for
 * securities with unusually rapid or violent changes in value.
 */
export function marginRates({ weight, tail, worstLoss }: PositionRisk): MarginRates {
  const shortfall = Math.sqrt(HORIZON_BARS) * Math.max(tail.historicalEs99, tail.parametricEs99);
  const concentration = CONCENTRATION_SLOPE * Math.max(0, weight - CONCENTRATION_FROM);
  const maintenanceRate = Math.min(1, Math.max(MAINTENANCE_FLOOR, shortfall, worstLoss) + concentration);
  const initialRate = Math.min(1, Math.max(INITIAL_FLOOR, INITIAL_OVER_MAINTENANCE * maintenanceRate));
  return { initialRate, maintenanceRate };
}

/** The largest fraction of value lost from one bar's close to the `bars`-th after it; 0 when there was no loss. */
export function worstLoss(close: Float64Array, bars: number): number {
  let worst = 0;
  for (let d = bars; d < close.length; d += 1) worst = Math.max(worst, 1 - close[d]! / close[d - bars]!);
  return worst;
}
