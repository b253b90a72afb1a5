// `nautilus start`: a node and its HTTP API, from the first answer of /health to the last request drained.
import { isLoopback } from "../api/host.js";
import type { serveApi, ApiServer } from "../api/serve.js";
import { NautilusError } from "../contracts/errors.js";
import type { NodePort } from "../contracts/node-port.js";
import { NodeOptionsSchema, type NodeOptions } from "../contracts/options.js";
import type { NodeRuntime } from "../node/node-runtime.js";
import { CliFailure, usageFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import { FUTURE_OPTIONS, type START_OPTIONS } from "./command-options.js";
import { openInspectFile } from "./inspect-file.js";
import { flagName } from "./option.js";
import { servingBanner, startingBanner } from "./start-banner.js";
import { StopRequests } from "./stop-requests.js";

type StartInvocation = Invocation<typeof START_OPTIONS>;

/** From the request to stop until the process is gone, drained or not. */
const STOP_LIMIT_MS = 4500;
/** An event loop that did not turn for so long never will: some engine loops for ever. */
const STALL_LIMIT_MS = 30_000;
/** What remains for answers on their way once the node itself has stopped. */
const CLOSE_GRACE_MS = 1000;

/** What is started: `createNode` gives it. */
export interface StartableNode {
  readonly port: NodePort;
  readonly fetch: (request: Request) => Response | Promise<Response>;
  start(): Promise<void>;
  stop(): Promise<void>;
  blame(error: unknown): string | undefined;
}

export interface StartParts {
  readonly createNode: (options: NodeOptions, runtime: Pick<NodeRuntime, "inspect">) => StartableNode;
  readonly serveApi: typeof serveApi;
}

async function loadParts(): Promise<StartParts> {
  const [{ createNode }, { serveApi }] = await Promise.all([
    import("../node/create-node.js"),
    import("../api/serve.js"),
  ]);
  return { createNode, serveApi };
}

/**
 * Runs until a signal or a stray error ends it. A second signal ends the process at once.
 * @returns 0 when it was told to stop and drained within 4.5 s, 1 otherwise
 * @throws CliFailure 2 for options that do not fit, 1 when the node cannot start
 */
export async function start(invocation: StartInvocation, io: CliIo, load = loadParts): Promise<ExitCode> {
  const options = nodeOptions(invocation.given);
  for (const note of [...invocation.notes, ...notBuilt(invocation.given)]) io.stderr(`nautilus: ${note}\n`);
  const stops = new StopRequests(io);
  try {
    const parts = await load();
    return stops.wasRequested ? stops.exitCode : await serve(parts, { invocation, options, io, stops });
  } catch (error) {
    if (error instanceof NautilusError) throw new CliFailure(error.message, 1);
    throw error;
  } finally {
    stops.close();
  }
}

interface Serving {
  readonly invocation: StartInvocation;
  readonly options: NodeOptions;
  readonly io: CliIo;
  readonly stops: StopRequests;
}

async function serve(
  { createNode, serveApi }: StartParts,
  { invocation, options, io, stops }: Serving,
): Promise<ExitCode> {
  const { inspect: path } = invocation.options;
  const inspected = path === undefined ? undefined : openInspectFile(path, io.clock);
  const node = create(
    () => createNode(options, { ...(inspected && { inspect: inspected.inspect }) }),
    invocation.origins,
  );
  stops.blame = (error) => node.blame(error);
  const stopWatching = io.watchStalls(STALL_LIMIT_MS);
  try {
    const { host, port, token } = invocation.options;
    if (!isLoopback(host) && token === undefined) {
      io.stderr(`nautilus: whoever reaches ${host} can operate this node: --token TOKEN keeps others out\n`);
    }
    const server = await serveApi(node, { host, port, clock: io.clock }).catch(async (error: unknown) => {
      await node.stop();
      throw error;
    });
    io.stdout(startingBanner(node.port.status(), server.url));
    const failure = await startUnlessStopped(node, stops);
    if (failure === undefined && !stops.wasRequested) {
      io.stdout(servingBanner(node.port.status(), { url: server.url, needsToken: token !== undefined }));
      await stops.requested;
    }
    const exitCode = await end(node, server, { io, stops });
    if (failure !== undefined) throw failure;
    return exitCode;
  } finally {
    stopWatching();
    inspected?.close();
  }
}

type Origins = StartInvocation["origins"];

function create(createNode: () => StartableNode, origins: Origins): StartableNode {
  try {
    return createNode();
  } catch (error) {
    if (!(error instanceof NautilusError) || error.code !== "INVALID_INPUT") throw error;
    // A node names its options as a program gives them: `options.liveBars` was `--live-bars` here, or stood in the environment.
    const told = error.message.replaceAll(/(?<=^|; )options\.(\w+)[.\w]*(?=: )/g, (path, field: string) =>
      field in NodeOptionsSchema.shape ? (origins.get(field) ?? `--${flagName(field)}`) : path,
    );
    throw usageFailure(told);
  }
}

/** What it failed with; undefined when it serves, or was told to stop before it did. */
async function startUnlessStopped(node: StartableNode, { requested }: StopRequests): Promise<Error | undefined> {
  try {
    await Promise.race([node.start(), requested]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function end(
  node: StartableNode,
  server: ApiServer,
  { io, stops }: { io: CliIo; stops: StopRequests },
): Promise<ExitCode> {
  const limit = io.clock.setTimeout(() => {
    io.stderr(`nautilus: not drained within ${STOP_LIMIT_MS / 1000} s: ending anyway\n`);
    io.exit(1);
  }, STOP_LIMIT_MS);
  try {
    await node.stop();
    await server.close(CLOSE_GRACE_MS);
  } finally {
    io.clock.clearTimeout(limit);
  }
  return stops.exitCode;
}

function nodeOptions(given: StartInvocation["given"]): NodeOptions {
  const { feed, data } = given;
  if (feed === "csv" && data === undefined) throw usageFailure("--feed csv needs --data PATH");
  // Who names data means it; who also names another feed, over a file that names data, means that one.
  if (feed === undefined && data !== undefined) throw usageFailure("--data needs --feed csv");
  const options = Object.entries(given).filter(([field]) => field in NodeOptionsSchema.shape);
  // Not built: rather no data than other data than was asked for.
  return { ...Object.fromEntries(options), ...(feed === "ibkr" && { feed: false }) };
}

/** One line for each that was given and whose part is not built yet. */
function notBuilt(given: StartInvocation["given"]): string[] {
  const future = Object.entries(given).filter(([field]) => field in FUTURE_OPTIONS);
  return [
    ...(given.feed === "ibkr" ? [["feed ibkr", "no market data comes in on this node"]] : []),
    ...future.map(([field, value]) => {
      const shown = typeof value === "string" ? ` ${value}` : "";
      return [`${flagName(field)}${shown}`, "it has no effect"];
    }),
  ].map(([option, instead]) => `--${option} is not built into this version yet: ${instead}`);
}
