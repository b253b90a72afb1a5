// Lambert's commodity channel index.
import { mean } from "../statistics/moments.js";

/** (last − mean) / (0.015 · mean absolute deviation) over the `period` typical prices before `to`; 0 where they are equal. */
export function commodityChannel(typical: Float64Array, period: number, to = typical.length): number {
  const centre = mean(typical, to - period, to);
  let deviation = 0;
  for (let i = to - period; i < to; i++) deviation += Math.abs(typical[i]! - centre);
  deviation /= period;
  return deviation > 1e-12 * Math.abs(centre) ? (typical[to - 1]! - centre) / (0.015 * deviation) : 0;
}
