// What Node would refuse on its own, without a word: as problem documents. The connection ends with each of them, since where
// the next request on it would begin is not known.
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { NautilusError } from "../contracts/errors.js";
import { PROBLEM_TYPE, toProblem } from "./problem.js";

const MISSING_HOST = "a request of HTTP/1.1 names its host";
const EXPECTATION = "no expectation but 100-continue is met here";

/** To be set on a server that uses `answerClientErrors`: Node would refuse a missing Host before anybody hears of it. */
export const CLIENT_ERROR_OPTIONS = { requireHostHeader: false } as const;

export interface AnswersUnderWay {
  began(answer: ServerResponse): void;
  /** Has an answer on it begun? Another one would end up in the middle of it. */
  isAnswering(socket: Duplex): boolean;
}

/** Answers what is no valid HTTP, comes too slowly, has too large headers, or expects what is not there. */
export function answerClientErrors(server: Server, answers: AnswersUnderWay): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || answers.isAnswering(socket)) socket.destroy();
    else socket.end(messageOf(explain(error)), () => socket.destroy());
  });
  server.on("checkExpectation", (incoming, outgoing) => {
    answers.began(outgoing);
    refuse(incoming, outgoing, new NautilusError("EXPECTATION_FAILED", EXPECTATION));
  });
}

/** Was the request refused? HTTP/1.1 requires what it lacks then. */
export function refuseMissingHost(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  if (incoming.httpVersion !== "1.1" || incoming.headers.host !== undefined) return false;
  refuse(incoming, outgoing, new NautilusError("INVALID_INPUT", MISSING_HOST));
  return true;
}

function refuse({ url = "/" }: IncomingMessage, outgoing: ServerResponse, error: NautilusError): void {
  const { status, headers, body } = answerOf(error, url.replace(/[?#].*$/, ""));
  outgoing.writeHead(status, headers).end(body);
}

/** By hand: what is no request has no answer of Node's either. */
function messageOf(error: NautilusError): string {
  const { status, headers, body } = answerOf(error, "/");
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", body].join("\r\n");
}

function answerOf(
  error: NautilusError,
  instance: string,
): { status: number; headers: Record<string, string>; body: string } {
  const problem = toProblem(error, instance);
  const body = JSON.stringify(problem);
  const length = String(Buffer.byteLength(body));
  return {
    status: problem.status,
    headers: { "content-type": PROBLEM_TYPE, "content-length": length, connection: "close" },
    body,
  };
}

function explain(cause: NodeJS.ErrnoException): NautilusError {
  switch (cause.code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new NautilusError("REQUEST_TIMEOUT", "the request was not whole in time", { cause });
    case "HPE_HEADER_OVERFLOW":
      return new NautilusError("HEADERS_TOO_LARGE", "the header fields have at most 16 KiB in all", { cause });
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new NautilusError("PAYLOAD_TOO_LARGE", "the extensions of a chunk have at most 16 KiB", { cause });
    default:
      return new NautilusError("INVALID_INPUT", `not valid HTTP: ${cause.message}`, { cause });
  }
}
