// FACTOR_ENGINE: what single assets look like from their own last bars. Keeps rows between calls; the answer is the same
// bytes as without them.
import { defineEngine, operation, type EngineBehaviour, type OperationContext } from "../../contracts/engine.js";
import { FactorMatrix, type FactorMatrixValue } from "../../domain/products/factor.js";
import { MarketHistory, type MarketHistoryValue } from "../../domain/products/market.js";
import { requireBars } from "../../domain/require-bars.js";
import { sharedFloats } from "../../kernel/shared-floats.js";
import { WINDOW_BARS } from "./bar-window.js";
import { FactorCache } from "./factor-cache.js";
import { FACTOR_NAMES, factorDates, factorRows, factorRowsKernel } from "./factor-rows.js";

/** So many rows take some 2 ms: less than what belongs on another thread. */
const MAX_INLINE_ROWS = 100;

export const factorEngine = defineEngine({
  id: "FACTOR_ENGINE",
  name: "Factor Engine",
  version: "1.0.0",
  roles: ["data_processor", "analytics"],
  capabilities: ["factor_calculation", "batch_processing"],
  preferences: [
    {
      engineId: "IBKR_KEEPALIVE_ENGINE",
      relationship: "primary",
      direction: "input",
      latencyMs: 100,
      reliabilityPct: 99.5,
    },
    { engineId: "FEATURES_ENGINE", relationship: "primary", direction: "output", latencyMs: 500, reliabilityPct: 99.5 },
  ],
  kernels: [factorRowsKernel],
  create: (): EngineBehaviour => {
    const cache = new FactorCache();
    return {
      operations: [
        operation({
          name: "calculate_factors",
          version: 1,
          needs: { history: MarketHistory },
          gives: FactorMatrix,
          run: ({ history }, context) => calculateFactors(history, cache, context),
        }),
      ],
    };
  },
});

async function calculateFactors(
  history: MarketHistoryValue,
  cache: FactorCache,
  context: OperationContext,
): Promise<FactorMatrixValue> {
  requireBars(history, WINDOW_BARS, "factors");
  const { asOf, dates, symbols } = history;
  const all = factorDates(dates.length) * symbols.length;
  const draft = { history, values: sharedFloats(all * FACTOR_NAMES.length) };
  const missing = cache.fill(draft);
  // All rows come back as a finished matrix: copying a few known rows into it would cost this thread more than it saves.
  const rows = missing.length > all / 2 ? Int32Array.from({ length: all }, (_, row) => row) : missing;
  const computed = await computeRows(history, rows, context);
  const values = rows.length === all ? computed : merged(draft.values, rows, computed);
  cache.keep({ history, values });
  return { asOf, dates: dates.slice(WINDOW_BARS - 1), symbols: [...symbols], factors: [...FACTOR_NAMES], values };
}

async function computeRows(
  history: MarketHistoryValue,
  rows: Int32Array,
  context: OperationContext,
): Promise<Float64Array> {
  const { open, high, low, close, volume, symbols, dates } = history;
  const input = { open, high, low, close, volume, symbols: symbols.length, dates: dates.length, rows };
  return rows.length <= MAX_INLINE_ROWS ? factorRows(input) : context.pool.run(factorRowsKernel, input, context.signal);
}

function merged(values: Float64Array, rows: Int32Array, computed: Float64Array): Float64Array {
  const width = FACTOR_NAMES.length;
  rows.forEach((row, k) => values.set(computed.subarray(k * width, (k + 1) * width), row * width));
  return values;
}
