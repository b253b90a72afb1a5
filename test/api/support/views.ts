// Views as a node gives them, each valid under its schema.
import type { Alert } from "../../../src/contracts/views/alerts.js";
import type { DeadLetterView } from "../../../src/contracts/views/dead-letters.js";
import type { RouteExplanation } from "../../../src/contracts/route-record.js";
import type { EngineView } from "../../../src/contracts/views/engines.js";
import type { NodeEvent } from "../../../src/contracts/views/events.js";
import type { TradingRun } from "../../../src/domain/run-fields.js";
import type { SystemStatus } from "../../../src/contracts/views/status.js";
import type { ActorList } from "../../../src/contracts/views/actors.js";
import type { Topology } from "../../../src/contracts/views/topology.js";
import type { WorkflowView } from "../../../src/contracts/views/workflows.js";
import type {
  PartnershipDetail,
  PartnershipList,
  PartnershipView,
  Recommendation,
} from "../../../src/contracts/partnership.js";
import type { Performance } from "../../../src/contracts/views/performance.js";

const AT = "2020-01-01T00:00:00.000Z";

export function engineView(engineId: string, ordinal = 0, queued = 0): EngineView {
  const measured = { calls: 0, failures: 0, latencyMs: null, reliabilityPct: null, quality: null };
  return {
    engineId,
    instanceId: `${engineId}.${ordinal}@node-1`,
    nodeId: "node-1",
    name: "An engine",
    version: "1.0.0",
    roles: ["data_processor"],
    capabilities: ["factor_calculation"],
    operations: [
      {
        id: `${engineId}.calculate@1`,
        name: "calculate",
        version: 1,
        needs: ["market.history@1"],
        uses: [],
        gives: "factor.matrix@1",
        effects: false,
        source: false,
        inputSchema: {},
        outputSchema: {},
        measured,
      },
    ],
    consumes: [],
    publishes: [],
    preferences: [],
    limits: { concurrency: 4, queue: 256 },
    health: { lifecycle: "running", level: "healthy", reasons: [], restarts: 0, failedStarts: 0 },
    load: { active: 0, queued },
    revision: 1,
  };
}

export function runView(over: Partial<TradingRun> = {}): TradingRun {
  return {
    runId: "run-1",
    workflow: "portfolio_optimization",
    status: "succeeded",
    asOf: "2018-01-05",
    startedAt: AT,
    durationMs: 12.5,
    universe: {
      included: [
        { symbol: "SP500", origin: "real", filledBars: 0 },
        { symbol: "SYN001", origin: "synthetic", filledBars: 0 },
      ],
      excluded: [{ symbol: "AAPL", reason: "too short" }],
    },
    plan: null,
    replans: 0,
    steps: [
      {
        id: "FACTOR_ENGINE.calculate_factors@1",
        engineId: "FACTOR_ENGINE",
        instanceId: "FACTOR_ENGINE.0@node-1",
        operation: "calculate_factors",
        gives: "factor.matrix@1",
        dependsOn: [],
        status: "succeeded",
        attempts: 1,
        durationMs: 3.25,
      },
    ],
    result: {
      allocation: {
        asOf: "2018-01-05",
        weights: { SP500: 0.75, SYN001: 0.25 },
        expectedReturn: 0.08,
        volatility: 0.12,
        objective: 0.044,
        method: "annealed QUBO",
        gapToOptimum: 0.001,
        gapKind: "exact",
        stages: [{ method: "annealed QUBO", objective: 0.044, gap: 0.001 }],
        prediction: {
          model: "ridge",
          informationCoefficient: 0.02,
          informationCoefficientStandardError: 0.01,
          coverage: 1,
        },
      },
      margin: {
        asOf: "2018-01-05",
        capital: 1_000_000,
        initial: 400_000,
        maintenance: 250_000,
        excess: 600_000,
        utilisationPct: 40,
        method: "rates by volatility",
        positions: {},
      },
    },
    ...over,
  };
}

export function workflowView(over: Partial<WorkflowView> = {}): WorkflowView {
  return {
    name: "portfolio_optimization",
    description: "An allocation.",
    wants: { allocation: "portfolio.allocation@1" },
    reachable: true,
    plan: ["FACTOR_ENGINE.calculate_factors@1"],
    missing: [],
    ...over,
  };
}

export function systemStatus(over: Partial<SystemStatus> = {}): SystemStatus {
  return {
    nodeId: "node-1",
    incarnation: 1,
    version: "1.2.3",
    state: "serving",
    level: "healthy",
    reasons: [],
    startedAt: AT,
    uptimeMs: 61_000,
    seed: 1,
    bus: "memory",
    leader: "node-1",
    links: [],
    engines: { total: 2, running: 2 },
    nodes: [{ nodeId: "node-1", status: "alive", engines: 2 }],
    runs: { active: 0, queued: 0, succeeded: 3, failed: 1 },
    bridge: [],
    feed: {
      name: "replay",
      description: "S&P 500 and AAPL daily bars, with generated constituents",
      state: "live",
      series: [
        { symbol: "SP500", origin: "real" },
        { symbol: "SYN001", origin: "synthetic" },
      ],
      historyFrames: 1000,
      liveFrames: 500,
      position: 7,
      lastDate: "2018-01-05",
      rowsRead: 3000,
      rowsSkipped: 0,
      problems: [],
    },
    goals: [workflowView()],
    process: { residentBytes: 100_000_000, eventLoopDelayP99Ms: 1.5, nodeVersion: "v20.20.0" },
    ...over,
  };
}

export function actorList(): ActorList {
  const since = "2026-01-01T00:00:00.000Z";
  return {
    actors: [
      { id: "coordinator", parent: null, machine: "coordinator", state: "serving.healthy", tags: ["healthy"], since },
      {
        id: "engine:RISK_ENGINE.1@node-1",
        parent: "coordinator",
        machine: "engine",
        state: "running.healthy",
        tags: ["healthy", "running"],
        since,
      },
    ],
    outside: [{ machine: "breaker", count: 2, states: { closed: 2 } }],
  };
}

export function topology(): Topology {
  const node = (engineId: string): Topology["nodes"][number] => ({
    id: `${engineId}.0@node-1`,
    engineId,
    nodeId: "node-1",
    kind: "engine",
    name: engineId,
    status: "running",
    level: "healthy",
    roles: [],
  });
  return {
    nodes: [node("IBKR_KEEPALIVE_ENGINE"), node("FACTOR_ENGINE")],
    edges: [
      {
        source: "IBKR_KEEPALIVE_ENGINE.0@node-1",
        target: "FACTOR_ENGINE.0@node-1",
        product: "market.history@1",
        kind: "exchange",
        exchanges: 3,
        failures: 0,
        latencyMs: { mean: 1.25, p99: 2 },
        lastAt: AT,
        partnership: "nominal",
      },
    ],
  };
}

export function performanceView(): Performance {
  return {
    at: AT,
    engines: [],
    bus: [],
    deadLetters: 0,
    pool: { threads: 2, running: 0, queued: 0, completed: 0, failed: 0 },
    router: {
      calls: 0,
      failures: 0,
      retries: 0,
      rejected: 0,
      shed: 0,
      unaffordable: 0,
      hedges: 0,
      stalls: 0,
      timeouts: 0,
    },
    runs: { succeeded: 0, failed: 0, refused: 0, latencyMs: null },
    streams: { refused: 0 },
    results: { kept: 0, bytes: 0, evicted: 0 },
    discovery: { refusedNodes: 0 },
    eventLoopDelayMs: { p50: 1, p99: Number.NaN, max: Number.POSITIVE_INFINITY },
    residentBytes: 100_000_000,
  };
}

export function alertView(over: Partial<Alert> = {}): Alert {
  return {
    id: "alert-1",
    rule: "engine.restarts",
    severity: "warning",
    subject: "FACTOR_ENGINE.0@node-1",
    state: "active",
    summary: "FACTOR_ENGINE.0@node-1 was restarted 3 times within 30 s",
    evidence: {
      measured: { restartsInWindow: 3, windowMs: 30_000, restarts: 3 },
      crossed: { measure: "restartsInWindow", comparison: "≥", threshold: 3 },
    },
    since: AT,
    lastSeen: AT,
    clearedAt: null,
    ...over,
  };
}

export function deadLetterView(sequence: number): DeadLetterView {
  return {
    sequence,
    channel: "engineLogic",
    topic: "nautilus:stream:portfolio.orders@1",
    subscription: "RISK_ENGINE.0@node-1",
    reason: "Error: no",
    attempts: 3,
    message: {
      specversion: "1.0",
      id: `message-${sequence}`,
      source: "node-1",
      type: "portfolio.orders@1",
      time: AT,
      priority: "normal",
      incarnation: 1,
      sequence,
    },
  };
}

export function nodeEvent(sequence: number): NodeEvent {
  return { sequence, at: AT, type: "engine.started", subject: "FACTOR_ENGINE.0@node-1", data: {} };
}

export function routeExplanation(product?: string): RouteExplanation {
  const terms = {
    pending: 1,
    others: 0,
    latencyMs: 5,
    stallMs: 0,
    successRate: 1,
    preference: 1,
    missingCapabilities: 0,
    calls: 9,
    turn: 3,
  };
  const instanceId = "FACTOR_ENGINE.1@node-1";
  return {
    product: product ?? null,
    products: ["factor.matrix@1"],
    now: [
      {
        operationId: "FACTOR_ENGINE.calculate_factors@1",
        kind: "make",
        instanceId,
        from: "running",
        breaker: "closed",
        suspect: false,
        terms,
        score: 10,
      },
    ],
    records: [],
  };
}

export function partnershipDetail(): PartnershipDetail {
  const view = partnershipView();
  const { id, epoch, verb, by, relationship, reason, measured } = view;
  const change = {
    at: AT,
    agreement: id,
    epoch,
    from: "trial",
    to: "nominal",
    verb,
    by,
    relationship,
    reason,
  } as const;
  return {
    ...view,
    history: [{ ...change, trust: { met: 20, missed: 0 } }],
    windows: measured === null ? [] : [measured],
  };
}

function partnershipView(): PartnershipView {
  const [consumer, provider] = ["FACTOR_ENGINE.0@node-1", "IBKR_KEEPALIVE_ENGINE.0@node-1"];
  const id = `${consumer}>${provider}#1.1`;
  const met = { met: 20, missed: 0 };
  const window = {
    at: AT,
    calls: 20,
    met: 20,
    failures: 0,
    late: 0,
    allowed: 1.2,
    meanMs: 1.5,
    verdict: "good",
  } as const;
  return {
    id,
    consumer,
    consumerNode: "node-1",
    provider,
    providerNode: "node-1",
    products: ["market.history@1"],
    terms: { latencyMs: 100, reliabilityPct: 99, basis: "declared" },
    relationship: "secondary",
    priority: "normal",
    spare: false,
    epoch: 3,
    by: "consumer",
    verb: "confirm",
    reason: "the service level was kept on trial",
    state: "nominal",
    side: "both",
    since: AT,
    trust: { mean: 0.95, lower: 0.88, ...met },
    measured: window,
  };
}

export function partnershipList(): PartnershipList {
  const none = { proposed: 0, negotiating: 0, trial: 0, strained: 0, suspended: 0, dissolved: 0 };
  return {
    statistics: {
      total: 1,
      byState: { ...none, nominal: 1 },
      byRelationship: { optional: 0, secondary: 1, primary: 0 },
      formed: 1,
      dissolved: 0,
      messages: { sent: 3, received: 3, repeated: 0, refused: 0 },
    },
    partnerships: [partnershipView()],
  };
}

export function recommendation(): Recommendation {
  const { consumer, provider } = partnershipDetail();
  return {
    kind: "replicate",
    consumer,
    product: "market.history@1",
    provider: null,
    instead: null,
    expectedGain: { latencyMs: null, availabilityPct: 4.75 },
    evidence: [{ instanceId: provider, calls: 40, latencyMs: 1.5, reliabilityPct: 95, source: "exchanged" }],
    reason: `${provider} alone gives market.history@1; it went down 2 times`,
  };
}
