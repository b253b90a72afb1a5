import { describe, expect, it } from "vitest";
import {
  garmanKlassVariance,
  parkinsonVariance,
  rogersSatchellVariance,
} from "../../../../src/quant/indicators/range-volatility.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";

const STEPS = 2000;
const SIGMA = 0.02;

/** Mean estimates over bars of a discretised Brownian motion in the log price with this drift over a bar. */
function meanEstimates(drift: number): { parkinson: number; garmanKlass: number; rogersSatchell: number } {
  const random = createRandom("bars");
  const bars = 400;
  const sums = { parkinson: 0, garmanKlass: 0, rogersSatchell: 0 };
  for (let bar = 0; bar < bars; bar++) {
    let [log, top, bottom] = [0, 0, 0];
    for (let i = 0; i < STEPS; i++) {
      log += drift / STEPS + (SIGMA / Math.sqrt(STEPS)) * random.normal();
      top = Math.max(top, log);
      bottom = Math.min(bottom, log);
    }
    const drawn = { open: 1, high: Math.exp(top), low: Math.exp(bottom), close: Math.exp(log) };
    sums.parkinson += parkinsonVariance(drawn.high, drawn.low) / bars;
    sums.garmanKlass += garmanKlassVariance(drawn) / bars;
    sums.rogersSatchell += rogersSatchellVariance(drawn) / bars;
  }
  return sums;
}

describe("range variances", () => {
  it("recover the variance of a driftless motion, a little less for seeing it in steps", () => {
    const { parkinson, garmanKlass, rogersSatchell } = meanEstimates(0);
    for (const estimate of [parkinson, garmanKlass, rogersSatchell]) {
      expect(estimate / SIGMA ** 2).toBeGreaterThan(0.85);
      expect(estimate / SIGMA ** 2).toBeLessThan(1.1);
    }
  });

  it("see drift as variance by Parkinson's formula but not by Rogers and Satchell's", () => {
    const { parkinson, rogersSatchell } = meanEstimates(2 * SIGMA);
    expect(parkinson / SIGMA ** 2).toBeGreaterThan(2);
    expect(rogersSatchell / SIGMA ** 2).toBeLessThan(1.1);
  });

  it("are zero for a bar without range", () => {
    const flat = { open: 3, high: 3, low: 3, close: 3 };
    expect([parkinsonVariance(3, 3), garmanKlassVariance(flat), rogersSatchellVariance(flat)]).toEqual([0, 0, 0]);
  });
});
