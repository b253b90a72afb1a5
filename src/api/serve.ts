// The API on a TCP port: listening, and ending without cutting off what is being answered.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Clock } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import { guardBrowsers, type Fetch } from "./browser-guard.js";
import { answerClientErrors, CLIENT_ERROR_OPTIONS, refuseMissingHost } from "./client-errors.js";
import { bracketed } from "./host.js";
import { problemResponse } from "./problem.js";

export interface ServeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly clock: Clock;
}

export interface ApiServer {
  readonly port: number;
  /** `http://host:port`, without a slash at its end. */
  readonly url: string;
  /**
   * Accepts nothing more, ends idle connections and event streams, and lets requests finish; what is not finished after
   * `graceMs` is cut off. Resolves when every connection is closed.
   */
  close(graceMs: number): Promise<void>;
}

/** How long a client may take to send a request: nobody holds a connection by sending slowly. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;

const LISTEN_FAILURES: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use",
  EACCES: "may not be used by this user",
  EADDRNOTAVAIL: "is not an address of this machine",
  ENOTFOUND: "is not a host that is known here",
};

/**
 * Serves an app: a Hono app, or a node.
 * @throws NautilusError CONFLICT when the port cannot be had, with the reason in one line
 */
export async function serveApi(app: { readonly fetch: Fetch }, options: ServeOptions): Promise<ApiServer> {
  const { host, clock } = options;
  const connections = new Connections();
  const guarded = guardBrowsers((request) => app.fetch(request), host);
  const listener = getRequestListener(
    async (request, { outgoing }) => {
      const response = await guarded(request);
      if (isEventStream(response)) connections.streams.add(outgoing);
      return response;
    },
    { hostname: bracketed(host), overrideGlobalObjects: false, errorHandler: answerFault },
  );
  const server = createServer({
    ...CLIENT_ERROR_OPTIONS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
  });
  answerClientErrors(server, connections);
  server.on("connection", (socket) => {
    connections.opened(socket);
  });
  server.on("request", (incoming, outgoing) => {
    connections.began(outgoing);
    if (!refuseMissingHost(incoming, outgoing)) void listener(incoming, outgoing);
  });
  const port = await listen(server, options);
  return {
    port,
    url: `http://${bracketed(host)}:${port}`,
    close: (graceMs) => close(server, connections, { clock, graceMs }),
  };
}

/** What is open: connections, the answers that are under way on them, and which of these are event streams. */
class Connections {
  readonly streams = new Set<object>();
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Set<ServerResponse>();
  #closing = false;

  opened(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  began(answer: ServerResponse): void {
    this.#answers.add(answer);
    answer.once("close", () => {
      this.#answers.delete(answer);
      this.streams.delete(answer);
      if (this.#closing) this.#endIdle();
    });
  }

  isAnswering(socket: Duplex): boolean {
    return [...this.#answers].some((answer) => answer.socket === socket && answer.headersSent);
  }

  /** An event stream has no end of its own to wait for; everything else that is under way may finish. */
  endIdle(): void {
    this.#closing = true;
    for (const answer of this.#answers) if (this.streams.has(answer)) answer.end();
    this.#endIdle();
  }

  #endIdle(): void {
    const busy = new Set([...this.#answers].map((answer) => answer.socket));
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroySoon();
  }
}

function listen(server: Server, { host, port }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = LISTEN_FAILURES[error.code ?? ""] ?? `cannot be listened on: ${error.message}`;
      reject(new NautilusError("CONFLICT", `port ${port} on ${host} ${why}`, { cause: error }));
    });
    server.listen({ host, port }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(
  server: Server,
  connections: Connections,
  { clock, graceMs }: { clock: Clock; graceMs: number },
): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const cutOff = clock.setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clock.clearTimeout(cutOff);
      resolve();
    });
    connections.endIdle();
  });
}

function isEventStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

/** What never reached the app: a request that is not valid HTTP, or a bug in what serves it. */
function answerFault(thrown: unknown): Response {
  const isClients = thrown instanceof RequestError;
  const error = isClients
    ? new NautilusError("INVALID_INPUT", thrown.message)
    : new NautilusError("INTERNAL", "an unexpected failure", { cause: thrown });
  return problemResponse(error, "/");
}
