// Generated share prices: a market factor, given, times an own beta, plus an own GARCH(1,1) shock. Causal by construction:
// a bar depends on the seed, the share's number and the market up to that bar, on nothing later.
import type { RawBar } from "../domain/market-feed.js";
import type { Random } from "../contracts/random.js";
import { BARS_PER_YEAR } from "../quant/series/bars-per-year.js";

/** Degrees of freedom of the shocks: heavy tails beside the changing variance (Bollerslev 1987, Rev. Econ. Stat. 69). */
const TAIL = 6;
/** Share of a day's own variance that falls between the last close and the open. */
const OVERNIGHT_SHARE = 0.25;
/** Price steps to the unit; one step is the smallest price. */
const TICKS = 10_000;

/** What the market did over one bar, in logarithms. */
export interface MarketMove {
  /** Last close to open; 0 for the first bar. */
  readonly overnight: number;
  /** Open to close. */
  readonly intraday: number;
  /** Variance of the market within the day. */
  readonly intradayVariance: number;
}

/** GARCH(1,1) (Bollerslev 1986): h' = omega + alpha · shock² + beta · h, per bar. */
export interface GarchParameters {
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
}

export interface Shock {
  readonly shock: number;
  /** The part of the shock before the open. */
  readonly overnight: number;
  /** What the shock was drawn with. */
  readonly variance: number;
  /** The rest of the variance, after the open. */
  readonly intradayVariance: number;
}

/** Shocks with GARCH variance and Student-t tails; starts at the variance that its parameters imply. */
export class GarchShocks {
  readonly #parameters: GarchParameters;
  readonly #random: Random;
  #variance: number;

  constructor(parameters: GarchParameters, random: Random) {
    this.#parameters = parameters;
    this.#random = random;
    this.#variance = parameters.omega / (1 - parameters.alpha - parameters.beta);
  }

  next(): Shock {
    const { omega, alpha, beta } = this.#parameters;
    const variance = this.#variance;
    const shock = Math.sqrt(variance) * unitStudent(this.#random);
    // Splits the shock as a Brownian bridge would, so that the parts have their shares of the variance.
    const spread = Math.sqrt(OVERNIGHT_SHARE * (1 - OVERNIGHT_SHARE) * variance);
    const overnight = OVERNIGHT_SHARE * shock + spread * this.#random.normal();
    this.#variance = omega + alpha * shock * shock + beta * variance;
    return { shock, overnight, variance, intradayVariance: (1 - OVERNIGHT_SHARE) * variance };
  }
}

/** One generated share. Its character is drawn first, from ranges usual for large US shares; then one bar per `next`. */
class GeneratedShare {
  readonly symbol: string;
  readonly #random: Random;
  readonly #beta: number;
  readonly #drift: number;
  readonly #shocks: GarchShocks;
  readonly #volumeLog: number;
  #volumeState = 0;
  #close: number;

  /** `random` belongs to this share alone. */
  constructor(symbol: string, random: Random) {
    this.symbol = symbol;
    this.#random = random;
    this.#beta = Math.min(1.9, Math.max(0.3, 1 + 0.3 * random.normal()));
    this.#drift = (0.03 * random.normal()) / BARS_PER_YEAR;
    const volatility = Math.exp(between(random, Math.log(0.15), Math.log(0.35)));
    const alpha = between(random, 0.03, 0.1);
    const persistence = between(random, 0.94, 0.985);
    const omega = ((volatility * volatility) / BARS_PER_YEAR) * (1 - persistence);
    this.#shocks = new GarchShocks({ omega, alpha, beta: persistence - alpha }, random);
    this.#close = Math.exp(between(random, Math.log(20), Math.log(250)));
    this.#volumeLog = between(random, Math.log(5e5), Math.log(3e7));
  }

  next(date: string, market: MarketMove): RawBar {
    const { shock, overnight, variance, intradayVariance } = this.#shocks.next();
    const open = this.#close * Math.exp(this.#beta * market.overnight + overnight);
    const move = this.#drift + this.#beta * market.intraday + shock - overnight;
    const dayVariance = intradayVariance + this.#beta * this.#beta * market.intradayVariance;
    const high = open * Math.exp(bridgeMaximum(move, dayVariance, this.#random));
    const low = open * Math.exp(-bridgeMaximum(-move, dayVariance, this.#random));
    this.#close = open * Math.exp(move);
    const prices = { open: toTick(open), close: toTick(this.#close) };
    return {
      symbol: this.symbol,
      date,
      ...prices,
      high: Math.max(toTick(high), prices.open, prices.close),
      low: Math.min(toTick(low), prices.open, prices.close),
      volume: this.#nextVolume(Math.abs(shock) / Math.sqrt(variance)),
    };
  }

  /** Volume persists and grows with the size of the day's own shock (Karpoff 1987, J. Financial Quant. Analysis 22). */
  #nextVolume(shockSize: number): number {
    this.#volumeState = 0.7 * this.#volumeState + 0.25 * (shockSize - 0.75) + 0.2 * this.#random.normal();
    return Math.round(Math.exp(this.#volumeLog + this.#volumeState));
  }
}

/** Shares `PREFIX0001`, …: the same ones whatever their number. */
export function createShares(prefix: string, count: number, random: Random): GeneratedShare[] {
  return Array.from({ length: count }, (_, index) => {
    const symbol = `${prefix}${String(index + 1).padStart(4, "0")}`;
    return new GeneratedShare(symbol, random.fork(symbol));
  });
}

/** Student-t with variance one, by the polar method of Bailey (1994, Math. Comp. 62): two uniforms give one value. */
function unitStudent(random: Random): number {
  for (;;) {
    const u = 2 * random.next() - 1;
    const v = 2 * random.next() - 1;
    const w = u * u + v * v;
    if (w >= 1 || w === 0) continue;
    return u * Math.sqrt(((TAIL - 2) * (w ** (-2 / TAIL) - 1)) / w);
  }
}

/** Maximum of a Brownian path from 0 to `end` with the given variance: its exact law, inverted (Beaglehole et al. 1997). */
function bridgeMaximum(end: number, variance: number, random: Random): number {
  const u = 1 - random.next();
  return (end + Math.sqrt(end * end - 2 * variance * Math.log(u))) / 2;
}

function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.next();
}

function toTick(price: number): number {
  return Math.max(1, Math.round(price * TICKS)) / TICKS;
}
