// The scenarios that can be named. A new one is a file and a line here.
import type { Scenario } from "../scenario.js";
import { alone } from "./alone.js";
import { blockedLoop } from "./blocked-loop.js";
import { churn } from "./churn.js";
import { crowd } from "./crowd.js";
import { effects } from "./effects.js";
import { mesh } from "./mesh.js";
import { rivals } from "./rivals.js";
import { trading } from "./trading.js";

export const SCENARIOS: readonly Scenario[] = [mesh, alone, trading, blockedLoop, churn, crowd, effects, rivals];
