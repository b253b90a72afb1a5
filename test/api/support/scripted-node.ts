// A NodePort that does what a test tells it, and remembers what it was asked.
import { z } from "zod";
import { NautilusError } from "../../../src/contracts/errors.js";
import type { AlertList } from "../../../src/contracts/views/alerts.js";
import type { DeadLetterPage, DeadLetterQuery } from "../../../src/contracts/views/dead-letters.js";
import type { EngineView, OperatorVerb } from "../../../src/contracts/views/engines.js";
import type { ExecuteRequest, GoalRequest } from "../../../src/domain/requests.js";
import type { NodeEvent } from "../../../src/contracts/views/events.js";
import type { NodePort } from "../../../src/contracts/node-port.js";
import type { RunView } from "../../../src/contracts/views/runs.js";
import {
  alertView,
  deadLetterView,
  engineView,
  nodeEvent,
  partnershipDetail,
  partnershipList,
  recommendation,
  performanceView,
  routeExplanation,
  runView,
  systemStatus,
  actorList,
  topology,
  workflowView,
} from "./views.js";

export interface Asked {
  readonly executed: { workflow: string; request: ExecuteRequest; signal: AbortSignal | undefined }[];
  readonly pursued: { goal: GoalRequest; signal: AbortSignal | undefined }[];
  readonly deadLetters: DeadLetterQuery[];
  readonly operated: { verb: OperatorVerb; id: string; all: boolean }[];
}

export class ScriptedNode implements NodePort {
  readonly nodeId = "node-1";
  readonly asked: Asked = { executed: [], pursued: [], deadLetters: [], operated: [] };
  alive = true;
  level: "starting" | "healthy" | "degraded" = "healthy";
  reachable = true;
  engineViews: EngineView[] = [
    engineView("FACTOR_ENGINE", 0, 1),
    engineView("FACTOR_ENGINE", 1, 5),
    engineView("RISK_ENGINE"),
  ];
  keptRuns: RunView[] = [runView()];
  /** What execute and pursue answer with. */
  answer: (signal?: AbortSignal) => Promise<RunView> = async () => runView();
  readonly #events: NodeEvent[] = [];
  readonly #leaves: (() => void)[] = [];
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  /** Where the count of events begins. */
  firstSequence = 1;

  get listeners(): number {
    return this.#listeners.size;
  }

  emit(count = 1): void {
    for (let done = 0; done < count; done += 1) {
      const event = nodeEvent((this.#events.at(-1)?.sequence ?? this.firstSequence - 1) + 1);
      this.#events.push(event);
      if (this.#events.length > 1000) this.#events.shift();
      for (const listener of this.#listeners) listener(event);
    }
  }

  health(): ReturnType<NodePort["health"]> {
    return { alive: this.alive, body: { status: this.level, nodeId: this.nodeId, reasons: [] } };
  }

  ready(workflow?: string): ReturnType<NodePort["ready"]> {
    const workflows = [workflowView({ reachable: this.reachable })];
    if (workflow !== undefined && workflows.every(({ name }) => name !== workflow)) {
      throw new NautilusError("NOT_FOUND", `no workflow ${workflow}`);
    }
    return { ready: this.reachable, workflows };
  }

  readonly status = (): ReturnType<NodePort["status"]> => systemStatus();
  readonly engines = (): readonly EngineView[] => this.engineViews;
  readonly topology = topology;
  readonly actors = actorList;
  readonly partnerships = partnershipList;
  readonly recommendations = (): ReturnType<NodePort["recommendations"]> => [recommendation()];
  readonly partnership = (id: string): ReturnType<NodePort["partnership"]> =>
    id === partnershipDetail().id ? partnershipDetail() : undefined;
  readonly performance = performanceView;
  readonly workflows = (): ReturnType<NodePort["workflows"]> => [workflowView()];

  async execute(workflow: string, request: ExecuteRequest, signal?: AbortSignal): Promise<RunView> {
    this.asked.executed.push({ workflow, request, signal });
    return this.answer(signal);
  }

  async pursue(goal: GoalRequest, signal?: AbortSignal): Promise<RunView> {
    this.asked.pursued.push({ goal, signal });
    return this.answer(signal);
  }

  readonly runs: NodePort["runs"] = ({ limit = 1000, before } = {}) => {
    const at = before === undefined ? -1 : this.keptRuns.findIndex(({ runId }) => runId === before);
    return this.keptRuns.slice(at + 1, at + 1 + limit);
  };
  readonly run = (runId: string): RunView | undefined => this.keptRuns.find((run) => run.runId === runId);
  readonly eventsAfter = (sequence: number): readonly NodeEvent[] =>
    this.#events.filter((event) => event.sequence > sequence);

  onEvent(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      for (const left of this.#leaves.splice(0)) left();
    };
  }

  /** Settles when the next listener leaves. */
  nextLeave(): Promise<void> {
    return new Promise((resolve) => this.#leaves.push(resolve));
  }

  async operate(verb: OperatorVerb, id: string, all: boolean): Promise<readonly EngineView[]> {
    this.asked.operated.push({ verb, id, all });
    const found = this.engineViews.filter((engine) => engine.engineId === id || engine.instanceId === id);
    if (found.length === 0) throw new NautilusError("NOT_FOUND", `no engine ${id}`);
    return all ? found : found.slice(0, 1);
  }

  readonly explainRoutes: NodePort["explainRoutes"] = (product) => routeExplanation(product);

  /** Of these the questions are answered. */
  keptAlerts: AlertList["alerts"] = [alertView()];
  keptDeadLetters: DeadLetterPage["deadLetters"] = [deadLetterView(2), deadLetterView(1)];

  readonly alerts: NodePort["alerts"] = ({ state = "active", severity, limit }) => {
    const alerts = this.keptAlerts
      .filter((alert) => state === "all" || alert.state === state)
      .filter((alert) => severity === undefined || alert.severity === severity);
    return { alerts: alerts.slice(0, limit), active: { info: 0, warning: 1, critical: 0 }, raised: 2, unlisted: 0 };
  };

  readonly deadLetters: NodePort["deadLetters"] = (query) => {
    this.asked.deadLetters.push(query);
    return { deadLetters: this.keptDeadLetters, total: 7, kept: 2, next: null };
  };

  readonly messaging = (): ReturnType<NodePort["messaging"]> => ({ servers: [], streams: [], batch: z.unknown() });

  readonly metrics = (): string => "# TYPE nautilus_runs_total counter\nnautilus_runs_total 3\n";
}
