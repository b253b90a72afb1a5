// The strategies that can be named. A new one: a file beside this one, and a line here.
import type { Strategy } from "../strategy.js";
import { adaptive } from "./adaptive.js";
import { capabilityMatch } from "./capability-match.js";
import { fastestResponse } from "./fastest-response.js";
import { leastLoaded } from "./least-loaded.js";
import { partnershipPreference } from "./partnership-preference.js";
import { random } from "./random.js";
import { roundRobin } from "./round-robin.js";

export const STRATEGIES: readonly Strategy[] = [
  adaptive,
  random,
  roundRobin,
  leastLoaded,
  fastestResponse,
  capabilityMatch,
  partnershipPreference,
];
