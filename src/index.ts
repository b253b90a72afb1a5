// The public API: everything that a program may import, in one explicit list.
export { createNode, type Forms, type Node } from "./node/create-node.js";
export type { NodeRuntime } from "./node/node-runtime.js";
export { ENGINES } from "./node/catalogue/engines.js";
export { FEEDS } from "./node/catalogue/feeds.js";
export type { NodeOptions } from "./contracts/options.js";

export {
  defineEngine,
  operation,
  stream,
  type EngineBehaviour,
  type EngineContext,
  type EngineDefinition,
  type EngineOptions,
  type Inputs,
  type Needs,
  type Operation,
  type OperationContext,
  type OperationOptions,
  type Stream,
} from "./contracts/engine.js";
export { float64Array, product, type Product, type ProductValue } from "./contracts/product.js";
export {
  type AllocationMarginValue,
  type PortfolioAllocationValue,
  type PortfolioMandateValue,
  AllocationMargin,
  PortfolioAllocation,
  PortfolioMandate,
} from "./domain/products/portfolio.js";
export { type AllocationRiskValue, type RiskModelValue, AllocationRisk, RiskModel } from "./domain/products/risk.js";
export {
  type Bar,
  type MarketHistoryValue,
  type MarketRequestValue,
  MarketBar,
  MarketHistory,
  MarketRequest,
  MarketUniverse,
} from "./domain/products/market.js";
export {
  type FactorMatrixValue,
  type FeatureMatrixValue,
  FactorMatrix,
  FeatureMatrix,
} from "./domain/products/factor.js";
export { type ReturnPredictionValue, ReturnPrediction } from "./domain/products/prediction.js";
export { CAPABILITIES, ROLES } from "./domain/roles.js";
export { trading } from "./domain/trading.js";
export type { TradingRun } from "./domain/run-fields.js";
export { WORKFLOWS } from "./domain/workflows.js";
export { alertRule, type CreateRule, type Finding, type RuleOptions } from "./contracts/alert-rule.js";
export type { AlertSources, Domain, Resource, RunField } from "./contracts/domain.js";
export {
  defineWorkflow,
  type FactPair,
  type RequestForm,
  type Workflow,
  type WorkflowOptions,
} from "./contracts/workflow.js";
export { ERROR_TABLE, NautilusError, type ErrorCode, type ErrorDetails } from "./contracts/errors.js";
export { defineKernel, type Kernel, type Pool } from "./contracts/pool.js";
export type { Alert, AlertList, AlertQuery } from "./contracts/views/alerts.js";
export type { Bus } from "./contracts/bus.js";
export type { Clock } from "./contracts/clock.js";
export type { DeadLetterPage, DeadLetterQuery } from "./contracts/views/dead-letters.js";
export type { Feed, FeedDeps, FeedFactory, FeedStatus } from "./contracts/feed.js";
export type { FeedListener, FeedSeries, Frame, MarketFeed, MarketFeedStatus, RawBar } from "./domain/market-feed.js";
export type { Labels, Metric } from "./contracts/metric.js";
export type { Identity } from "./contracts/identity.js";
export type { Journal, JournalEntry, JournalHead, JournalRecord } from "./contracts/journal.js";
export type { Logger } from "./contracts/logger.js";
export type { EngineView, OperatorVerb } from "./contracts/views/engines.js";
export type { ExecuteRequest, Goal, GoalRequest, WorkflowOrder } from "./domain/requests.js";
export type { Health } from "./contracts/views/health.js";
export type { NodeEvent } from "./contracts/views/events.js";
export type { NodePort } from "./contracts/node-port.js";
export type { RunView, StepView } from "./contracts/views/runs.js";
export type { SystemStatus } from "./contracts/views/status.js";
export type { Topology } from "./contracts/views/topology.js";
export type { WorkflowView } from "./contracts/views/workflows.js";
export type {
  Partner,
  PartnershipDetail,
  PartnershipList,
  PartnershipView,
  Recommendation,
} from "./contracts/partnership.js";
export type { Performance } from "./contracts/views/performance.js";
export type { RouteExplanation, RouteRecord } from "./contracts/route-record.js";
export { flips, recompute } from "./routing/recompute.js";
export type { Random } from "./contracts/random.js";
export { createMemoryBus } from "./buses/memory-bus.js";
export { createMemoryJournal } from "./journal/memory-journal.js";
export { createInlinePool } from "./kernel/inline-pool.js";
export { createRandom } from "./kernel/seeded-random.js";
export { VirtualClock } from "./kernel/virtual-clock.js";
