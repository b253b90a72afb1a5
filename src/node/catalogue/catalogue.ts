// What a node is made of unless the program hands in something else: the engines, workflows, feeds and domain of this build.
import type { Goal, WorkflowOrder } from "../../domain/requests.js";
import type { TradingRun } from "../../domain/run-fields.js";
import { trading } from "../../domain/trading.js";
import { WORKFLOWS } from "../../domain/workflows.js";
import { ENGINES } from "./engines.js";
import { FEEDS } from "./feeds.js";

export const CATALOGUE = { engines: ENGINES, workflows: WORKFLOWS, feeds: FEEDS, domain: trading } as const;

/** What its requests and answers look like. */
export interface CatalogueForms {
  readonly goal: Goal;
  readonly order: WorkflowOrder;
  readonly run: TradingRun;
}
