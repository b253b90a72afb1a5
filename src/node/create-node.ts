// The composition root: everything that a node is made of, wired together. Two nodes in one process know nothing of each other.
import { createApi } from "../api/create-api.js";
import { goalRequestOf } from "../contracts/domain.js";
import { NautilusError } from "../contracts/errors.js";
import type { NodePort } from "../contracts/node-port.js";
import { NodeOptionsSchema, type NodeOptions } from "../contracts/options.js";
import type { RunView } from "../contracts/views/runs.js";
import { workflowNamed } from "../contracts/workflow.js";
import { privateCopy } from "../kernel/private-copy.js";
import type { z } from "zod";
import { Alerts } from "./alerts/alerts.js";
import { blameEngine } from "./blame.js";
import type { CatalogueForms } from "./catalogue/catalogue.js";
import { NodeLife } from "./node-life.js";
import { NodeParts } from "./node-parts.js";
import { createNodePort } from "./node-port.js";
import type { CatalogueRuntime, NodeRuntime } from "./node-runtime.js";
import { NODE_VERSION } from "./version.js";

/** What is asked of a node, and answered, in the words of its domain. */
export interface Forms {
  readonly goal: object;
  readonly order: object;
  readonly run: RunView;
}

export interface Node<F extends Forms = Forms> {
  readonly port: NodePort;
  /** The HTTP API without a server. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /**
   * Resolves when the node serves, and only then.
   * @throws NautilusError where its data cannot be read, NOT_SERVING where it was stopped before it served
   */
  start(): Promise<void>;
  /** Drains, then ends everything: nothing is left running. Twice is the same as once. */
  stop(): Promise<void>;
  /**
   * Reaches a goal with whatever engines are there.
   * @throws NautilusError what it failed with; `details.run` holds the steps so far
   */
  request(goal: F["goal"], signal?: AbortSignal): Promise<F["run"]>;
  /**
   * Carries out a workflow by name.
   * @throws NautilusError as `request` does, NOT_FOUND for an unknown workflow
   */
  execute(workflow: string, order?: F["order"], signal?: AbortSignal): Promise<F["run"]>;
  /** The engine that a stray throw came from, where its stack tells. */
  blame(error: unknown): string | undefined;
}

/**
 * A node that does nothing until it is started.
 *
 * @example
 * const node = createNode({ feed: "replay", speed: "max" });
 * await node.start();
 * const { result } = await node.request({ products: ["portfolio.allocation"] });
 * await node.stop();
 * @throws NautilusError INVALID_INPUT naming the option, or the engine and its field, that does not fit
 */
export function createNode(options?: NodeOptions, runtime?: CatalogueRuntime): Node<CatalogueForms>;
export function createNode(options: NodeOptions, runtime: NodeRuntime): Node;
export function createNode(options: NodeOptions = {}, runtime: NodeRuntime = {}): Node {
  const parts = new NodeParts(parse(NodeOptionsSchema, options, "options"), runtime);
  const alerts = new Alerts(parts);
  const life = new NodeLife(parts, alerts);
  const port = createNodePort(parts, alerts.book);
  const { log, clock, ids, domain, workflows } = parts;
  const { chaos, token } = parts.options;
  const app = createApi(port, { version: NODE_VERSION, chaos, token, log, clock, ids, domain, workflows });
  const goals = goalRequestOf(domain);
  return {
    port,
    fetch: (request) => app.fetch(request),
    start: () => life.start(),
    stop: () => life.stop(),
    request: async (goal, signal) => ownCopy(await port.pursue(parse(goals, goal, "goal"), signal)),
    execute: async (workflow, order = {}, signal) =>
      ownCopy(await port.execute(workflow, parse(workflowNamed(workflow, workflows).request, order, "order"), signal)),
    blame: (error) => blameEngine(error, parts.definitions),
  };
}

/** What the engines keep is shared with later runs: a program that changed it would change their answers. */
function ownCopy(run: RunView): RunView {
  return run.result === undefined ? run : { ...run, result: privateCopy(run.result) };
}

function parse<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  throw new NautilusError("INVALID_INPUT", words.join("; "));
}
