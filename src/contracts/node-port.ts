// The port through which the API and the command line see a node.
import type { PartnershipDetail, PartnershipList, Recommendation } from "./partnership.js";
import type { RouteExplanation } from "./route-record.js";
import type { AlertList, AlertQuery } from "./views/alerts.js";
import type { DeadLetterPage, DeadLetterQuery } from "./views/dead-letters.js";
import type { EngineView, OperatorVerb } from "./views/engines.js";
import type { NodeEvent } from "./views/events.js";
import type { Health } from "./views/health.js";
import type { Messaging } from "./views/messaging.js";
import type { Performance } from "./views/performance.js";
import type { RunView } from "./views/runs.js";
import type { SystemStatus } from "./views/status.js";
import type { ActorList } from "./views/actors.js";
import type { Topology } from "./views/topology.js";
import type { WorkflowView } from "./views/workflows.js";
import type { ExecuteRequest, GoalRequest } from "./workflow.js";

/** What the API and embedding programs may ask of a node. Failures are NautilusErrors. */
export interface NodePort {
  readonly nodeId: string;
  /** `alive` is what decides between 200 and 503. */
  health(): { readonly alive: boolean; readonly body: Health };
  /** Whether every workflow that this build can give (or the named one) can be planned now. NOT_FOUND for an unknown name. */
  ready(workflow?: string): { readonly ready: boolean; readonly workflows: readonly WorkflowView[] };
  status(): SystemStatus;
  /** The control plane: what is in which state, and since when. */
  actors(): ActorList;
  engines(): readonly EngineView[];
  topology(): Topology;
  performance(): Performance;
  partnerships(): PartnershipList;
  /** By agreement id, or by pair as `CONSUMER>PROVIDER`. */
  partnership(id: string): PartnershipDetail | undefined;
  recommendations(): readonly Recommendation[];
  /** `product`: a name, meaning its newest version, or a key; absent: all. At most `limit` records. */
  explainRoutes(product: string | undefined, limit: number): RouteExplanation;
  /** What is not as it should be on this node, or was. */
  alerts(query: AlertQuery): AlertList;
  /** Newest first, as far as the bus keeps them. */
  deadLetters(query: DeadLetterQuery): DeadLetterPage;
  workflows(): readonly WorkflowView[];
  /** A failed run is a rejected NautilusError whose `details.run` is its view. NOT_FOUND for an unknown workflow. */
  execute(workflow: string, request: ExecuteRequest, signal?: AbortSignal): Promise<RunView>;
  pursue(goal: GoalRequest, signal?: AbortSignal): Promise<RunView>;
  /** Newest first, at most 1000 are kept; `before` is the run that the page follows. NOT_FOUND for one that is not kept. */
  runs(page?: { readonly limit?: number; readonly before?: string | undefined }): readonly RunView[];
  run(runId: string): RunView | undefined;
  /** Events after `sequence` that are still kept (at most 1000), oldest first. */
  eventsAfter(sequence: number): readonly NodeEvent[];
  /** A listener that throws is dropped, and the log says so. */
  onEvent(listener: (event: NodeEvent) => void): () => void;
  /**
   * `id` is an instance, or an engine: then its busiest instance, or all. Answers with the instances acted on.
   * @throws NautilusError NOT_FOUND, CONFLICT when the state does not allow it, FORBIDDEN for crash without chaos
   */
  operate(verb: OperatorVerb, id: string, all: boolean): Promise<readonly EngineView[]>;
  /** What flows to and from this node as messages. */
  messaging(): Messaging;
  /** Prometheus text exposition 0.0.4. */
  metrics(): string;
}
