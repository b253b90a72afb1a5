// The composition root: everything that a node is made of, wired together. Two nodes in one process know nothing of each other.
import { createApi } from "../api/create-api.js";
import { NautilusError } from "../contracts/errors.js";
import { GoalRequestSchema, type NodePort, type RunView } from "../contracts/node.js";
import { NodeOptionsSchema, type NodeOptions, type ResolvedNodeOptions } from "../contracts/options.js";
import type { z } from "zod";
import { blameEngine } from "./blame.js";
import { NodeLife } from "./node-life.js";
import { NodeParts, type NodeRuntime } from "./node-parts.js";
import { createNodePort } from "./node-port.js";
import { NODE_VERSION } from "./version.js";

export type Goal = z.input<typeof GoalRequestSchema>;

export interface Node {
  readonly port: NodePort;
  /** The HTTP API without a server. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /**
   * Resolves when the node serves.
   * @throws NautilusError where its data cannot be read
   */
  start(): Promise<void>;
  /** Drains, then ends everything: nothing is left running. Twice is the same as once. */
  stop(): Promise<void>;
  /**
   * Reaches a goal with whatever engines are there.
   * @throws NautilusError what it failed with; `details.run` holds the steps so far
   */
  request(goal: Goal, signal?: AbortSignal): Promise<RunView>;
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
 * @throws NautilusError INVALID_INPUT naming the option that does not fit
 */
export function createNode(options: NodeOptions = {}, runtime: NodeRuntime = {}): Node {
  const parts = new NodeParts(parseOptions(options), runtime);
  const life = new NodeLife(parts);
  const port = createNodePort(parts);
  const { chaos, token } = parts.options;
  const { log, clock, ids } = parts;
  const app = createApi(port, { version: NODE_VERSION, chaos, log, clock, ids, ...(token !== undefined && { token }) });
  return {
    port,
    fetch: (request) => app.fetch(request),
    start: () => life.start(),
    stop: () => life.stop(),
    request: async (goal, signal) => port.pursue(parseGoal(goal), signal),
    blame: (error) => blameEngine(error, parts.definitions),
  };
}

function parseOptions(options: NodeOptions): ResolvedNodeOptions {
  const parsed = NodeOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues, "options");
}

function parseGoal(goal: Goal): z.output<typeof GoalRequestSchema> {
  const parsed = GoalRequestSchema.safeParse(goal);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues, "goal");
}

function invalid(issues: readonly z.core.$ZodIssue[], what: string): NautilusError {
  const words = issues.map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  return new NautilusError("INVALID_INPUT", words.join("; "));
}
