// The scenarios that can be named. A new one is a file and a line here.
import type { Scenario } from "../scenario.js";
import { mesh } from "./mesh.js";

export const SCENARIOS: readonly Scenario[] = [mesh];
