// `nautilus start`: a node and its HTTP API, from the first answer of /health to the last request drained.
import { isLoopback } from "../api/host.js";
import type { serveApi, ApiServer } from "../api/serve.js";
import { NautilusError } from "../contracts/errors.js";
import type { NodePort } from "../contracts/node-port.js";
import type { NodeOptions } from "../contracts/options.js";
import { CliFailure, usageFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import { HOST, NODE_OPTIONS, PORT, TOKEN } from "./node-options.js";
import { camelCase } from "./option.js";
import type { Settings } from "./settings.js";
import { servingBanner, startingBanner } from "./start-banner.js";
import { StopRequests } from "./stop-requests.js";

const DEFAULT_PORT = 8000;
const DEFAULT_HOST = "127.0.0.1";
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
  readonly createNode: (options: NodeOptions) => StartableNode;
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
export async function start(invocation: Invocation, io: CliIo, load = loadParts): Promise<ExitCode> {
  const { settings, notes } = invocation;
  const options = nodeOptions(settings);
  for (const note of notes) io.stderr(`nautilus: ${note}\n`);
  const stops = new StopRequests(io);
  try {
    const parts = await load();
    return stops.wasRequested ? stops.exitCode : await serve(parts, { settings, options, io, stops });
  } catch (error) {
    if (error instanceof NautilusError) throw new CliFailure(error.message, 1);
    throw error;
  } finally {
    stops.close();
  }
}

interface Serving {
  readonly settings: Settings;
  readonly options: NodeOptions;
  readonly io: CliIo;
  readonly stops: StopRequests;
}

async function serve(
  { createNode, serveApi }: StartParts,
  { settings, options, io, stops }: Serving,
): Promise<ExitCode> {
  const node = create(createNode, options, settings);
  stops.blame = (error) => node.blame(error);
  const stopWatching = io.watchStalls(STALL_LIMIT_MS);
  try {
    const host = settings.text(HOST, DEFAULT_HOST);
    if (!isLoopback(host) && !settings.has(TOKEN)) {
      io.stderr(`nautilus: whoever reaches ${host} can operate this node: --token TOKEN keeps others out\n`);
    }
    const port = settings.number(PORT, DEFAULT_PORT);
    const server = await serveApi(node, { host, port, clock: io.clock }).catch(async (error: unknown) => {
      await node.stop();
      throw error;
    });
    io.stdout(startingBanner(node.port.status(), server.url));
    const failure = await startUnlessStopped(node, stops);
    if (failure === undefined && !stops.wasRequested) {
      io.stdout(servingBanner(node.port.status(), { url: server.url, needsToken: settings.has(TOKEN) }));
      await stops.requested;
    }
    const exitCode = await end(node, server, { io, stops });
    if (failure !== undefined) throw failure;
    return exitCode;
  } finally {
    stopWatching();
  }
}

function create(createNode: StartParts["createNode"], options: NodeOptions, settings: Settings): StartableNode {
  try {
    return createNode(options);
  } catch (error) {
    if (error instanceof NautilusError && error.code === "INVALID_INPUT") {
      throw usageFailure(asGiven(error.message, settings));
    }
    throw error;
  }
}

/** A node names its options as a program gives them: `options.liveBars` was `--live-bars` here, or stood in the environment. */
function asGiven(message: string, settings: Settings): string {
  return message.replaceAll(/(?<=^|; )options\.(\w+)[.\w]*(?=: )/g, (path, name) => {
    const option = NODE_OPTIONS.find((candidate) => camelCase(candidate.name) === name);
    return option === undefined ? path : settings.originOf(option);
  });
}

/** What it failed with; undefined when it serves, or was told to stop before it did. */
async function startUnlessStopped(node: StartableNode, stops: StopRequests): Promise<Error | undefined> {
  const started = node.start().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const stopped = stops.requested.then(() => undefined);
  return Promise.race([started, stopped]);
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

function nodeOptions(settings: Settings): NodeOptions {
  const given = NODE_OPTIONS.filter((option) => settings.has(option));
  const options: Record<string, unknown> = Object.fromEntries(
    given.map((option) => [camelCase(option.name), settings.get(option)]),
  );
  const { feed, data } = options;
  if (feed === "csv" && data === undefined) throw usageFailure("--feed csv needs --data PATH");
  // Whoever names data means it; who also names another feed, over a file that names data, means that one.
  if (feed === undefined && data !== undefined) throw usageFailure("--data needs --feed csv");
  // Not built: rather no data than other data than was asked for.
  return { ...options, ...(feed === "ibkr" && { feed: false }) };
}
