import { TERM } from "../choice-terms.js";
import type { Strategy } from "../strategy.js";

/** The lowest latency by the moving average, whatever the load; one that was never measured first. */
export const fastestResponse: Strategy = {
  name: "fastest_response",
  ties: "least_called",
  score: (terms, base) => terms[base + TERM.latencyMs]!,
};
