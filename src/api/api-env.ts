// What the API is made of, and what travels with one request.
import type { Clock } from "../contracts/clock.js";
import type { Domain } from "../contracts/domain.js";
import type { Ids } from "../contracts/ids.js";
import type { Logger } from "../contracts/logger.js";
import type { NodePort } from "../contracts/node-port.js";
import type { RunViewSchema } from "../contracts/views/runs.js";
import type { Workflow } from "../contracts/workflow.js";
import type { HttpCounters } from "./http-counters.js";

export interface ApiOptions {
  readonly version: string;
  /** Allows the crash verb. */
  readonly chaos: boolean;
  /** Where given, everything but /health and /ready needs `Authorization: Bearer`. */
  readonly token?: string | undefined;
  readonly log: Logger;
  readonly clock: Clock;
  /** For the ids of requests that come without one. */
  readonly ids: Ids;
  /** What the domain of the node adds to the API. */
  readonly domain: Domain;
  readonly workflows: readonly Workflow[];
}

/** What a resource is built from. */
export interface ApiParts extends ApiOptions {
  readonly node: NodePort;
  readonly counters: HttpCounters;
  /** The schema of a run's view, with what the domain adds. */
  readonly run: typeof RunViewSchema;
}

export interface ApiEnv {
  Variables: {
    requestId: string;
    /** Aborts when the client goes away. */
    clientGone: AbortSignal;
  };
}
