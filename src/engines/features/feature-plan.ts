// Which factors become which features: few enough for the some thousand rows of a year of dates to speak about them.

/** Factors whose cross-sectional rank is a feature. */
const RANKED = [
  "momentum_5",
  "momentum_10",
  "momentum_20",
  "momentum_40_5",
  "reversal_1",
  "sma_ratio_10",
  "sma_ratio_40",
  "ema_ratio_20",
  "macd_line",
  "macd_histogram",
  "trend_t_20",
  "trend_t_40",
  "efficiency_20",
  "adx_14",
  "di_difference_14",
  "volatility_10",
  "volatility_40",
  "rogers_satchell_20",
  "volatility_ratio_5_40",
  "skewness_40",
  "kurtosis_40",
  "downside_deviation_20",
  "max_return_20",
  "drawdown_40",
  "max_drawdown_20",
  "autocorrelation_20",
  "variance_ratio_5_40",
  "rsi_14",
  "stochastic_14_3",
  "cci_20",
  "bollinger_b_20",
  "bollinger_width_20",
  "volume_score_20",
  "volume_ratio_5_40",
  "obv_slope_20",
  "amihud_20",
  "money_flow_14",
  "chaikin_flow_20",
  "vwap_distance_10",
  "overnight_return_20",
];

/** Factors whose winsorised score is a feature as well: here the size of the difference may say more than its order. */
const SCORED = [
  "momentum_5",
  "momentum_20",
  "reversal_1",
  "macd_histogram",
  "volatility_20",
  "volatility_ratio_5_40",
  "volume_score_20",
  "vwap_distance_20",
];

/** Factors whose rank of 1 and 5 dates ago is a feature as well: what has changed since is then in reach of a linear model. */
const LAGGED = [
  "macd_histogram",
  "momentum_5",
  "momentum_20",
  "reversal_1",
  "volatility_10",
  "rsi_14",
  "volume_score_20",
  "chaikin_flow_20",
];

const LAGS = [1, 5];
/** In bars. */
export const MAX_LAG = Math.max(...LAGS);

export interface Feature {
  readonly name: string;
  readonly factor: string;
  /** Across assets: the rank, or the winsorised score. */
  readonly kind: "rank" | "score";
  /** How many dates ago the factor is taken. */
  readonly lag: number;
}

/** The columns of a feature matrix, in order. */
export const FEATURES: readonly Feature[] = [
  ...RANKED.map((factor): Feature => ({ name: `rank.${factor}`, factor, kind: "rank", lag: 0 })),
  ...SCORED.map((factor): Feature => ({ name: `score.${factor}`, factor, kind: "score", lag: 0 })),
  ...LAGGED.flatMap((factor) =>
    LAGS.map((lag): Feature => ({ name: `rank.${factor}.lag_${lag}`, factor, kind: "rank", lag })),
  ),
];
