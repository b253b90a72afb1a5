// The rules of a node looked at on its tick. A rule is one file and one line here.
import { messageOf } from "../../contracts/errors.js";
import type { NodeParts } from "../node-parts.js";
import { AlertBook } from "./alert-book.js";
import type { AlertRule, CreateRule, Finding } from "../../contracts/alert-rule.js";
import { breakerOpen } from "./rules/breaker-open.js";
import { busLoss } from "./rules/bus-loss.js";
import { deadLetters } from "./rules/dead-letters.js";
import { engineDown } from "./rules/engine-down.js";
import { engineRestarts } from "./rules/engine-restarts.js";
import { engineUnhealthy } from "./rules/engine-unhealthy.js";
import { eventLoopDelay } from "./rules/event-loop-delay.js";
import { feedFailed } from "./rules/feed-failed.js";
import { nodeLost } from "./rules/node-lost.js";
import { partnershipStrained } from "./rules/partnership-strained.js";
import { partnershipSuspended } from "./rules/partnership-suspended.js";
import { refusedRuns } from "./rules/refused-runs.js";
import { retryBudget } from "./rules/retry-budget.js";
import { shedCalls } from "./rules/shed-calls.js";
import { workflowUnreachable } from "./rules/workflow-unreachable.js";

const RULES: readonly CreateRule<NodeParts>[] = [
  engineDown,
  engineUnhealthy,
  engineRestarts,
  breakerOpen,
  nodeLost,
  partnershipStrained,
  partnershipSuspended,
  workflowUnreachable,
  deadLetters,
  busLoss,
  retryBudget,
  shedCalls,
  refusedRuns,
  eventLoopDelay,
  feedFailed,
];

export class Alerts {
  readonly book: AlertBook;
  readonly #parts: NodeParts;
  readonly #rules: readonly AlertRule[];

  constructor(parts: NodeParts) {
    const { clock, events, domain } = parts;
    this.#parts = parts;
    this.#rules = [...RULES, ...(domain.alerts ?? [])].map((create) => create(parts));
    this.book = new AlertBook({ clock, record: (event) => events.record(event) });
  }

  /** Called at an even pace by the node. */
  assess(): void {
    const { clock, log } = this.#parts;
    const nowMs = clock.nowMs();
    const found = new Map<AlertRule, readonly Finding[]>();
    for (const rule of this.#rules) {
      try {
        found.set(rule, rule.look(nowMs));
      } catch (thrown) {
        // One that cannot look must not keep the others from it, nor the node from its tick.
        log.error({ err: thrown, rule: rule.name }, `an alert rule threw: ${messageOf(thrown)}`);
      }
    }
    this.book.update(found, nowMs);
  }
}
