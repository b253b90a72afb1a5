// The one error of the runtime, and the one table of its codes. Retries read `retryable`, never the message.
import { jsonCopy } from "./json-safe.js";

export interface ErrorKind {
  /** HTTP status of the code. */
  readonly status: number;
  /** May the same call succeed elsewhere or later? */
  readonly retryable: boolean;
  /** RFC 9457 `title`: the kind of problem, the same for every occurrence. */
  readonly title: string;
}

export const ERROR_TABLE = {
  INVALID_INPUT: { status: 400, retryable: false, title: "The input does not fit its schema" },
  UNAUTHORIZED: { status: 401, retryable: false, title: "A token is needed" },
  FORBIDDEN: { status: 403, retryable: false, title: "This node does not allow that" },
  NOT_FOUND: { status: 404, retryable: false, title: "No such thing here" },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, title: "This path does not take that method" },
  REQUEST_TIMEOUT: { status: 408, retryable: false, title: "The request did not come in time" },
  CONFLICT: { status: 409, retryable: false, title: "Not possible in the present state" },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, title: "The body must be application/json" },
  EXPECTATION_FAILED: { status: 417, retryable: false, title: "No expectation but 100-continue is met here" },
  INFEASIBLE: { status: 422, retryable: false, title: "No answer satisfies the constraints" },
  NO_HISTORY: { status: 422, retryable: false, title: "Not enough history for the request" },
  HEADERS_TOO_LARGE: { status: 431, retryable: false, title: "The header fields are too large" },
  CANCELLED: { status: 499, retryable: false, title: "The caller went away" },
  INTERNAL: { status: 500, retryable: false, title: "A bug in the runtime or in an engine" },
  OVERLOADED: { status: 503, retryable: true, title: "A bounded queue is full" },
  NO_PLAN: { status: 503, retryable: false, title: "No living engines reach the goal" },
  GIVER_DOWN: { status: 503, retryable: true, title: "The engine that gives the product is down" },
  NOT_SERVING: { status: 503, retryable: true, title: "The node is starting or draining" },
  DEADLINE_EXCEEDED: { status: 504, retryable: false, title: "The deadline passed" },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_TABLE;

export interface ErrorDetails {
  readonly [name: string]: unknown;
}

export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly details?: ErrorDetails | undefined;
}

/** Every failure that crosses a boundary. `details` is JSON and safe to show to the caller. */
export class NautilusError extends Error {
  override readonly name = "NautilusError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  /** A code that is not in the table is a bug of whoever throws it: `INTERNAL`. What of the details is no JSON becomes a text. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: ErrorDetails; retryable?: boolean } = {},
  ) {
    const known = isErrorCode(code);
    super(known ? message : `${messageOf(message)} (${messageOf(code)} is no code of an error)`, {
      ...(options.cause !== undefined && { cause: options.cause }),
    });
    this.code = known ? code : "INTERNAL";
    this.retryable = options.retryable ?? ERROR_TABLE[this.code].retryable;
    this.details = jsonDetails(options.details);
  }

  /** The shape that travels on a bus and stands in answers. */
  toRecord(): ErrorRecord {
    const { code, message, retryable, details } = this;
    return { code, message, retryable, ...(Object.keys(details).length > 0 && { details }) };
  }

  static fromRecord(record: ErrorRecord): NautilusError {
    const { code, message, retryable, details } = record;
    return new NautilusError(code, message, { retryable, ...(details && { details }) });
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERROR_TABLE, code);
}

/** Details as a caller may be shown them. */
export function jsonDetails(details: unknown): ErrorDetails {
  if (details === undefined || details === null) return {};
  const copy = jsonCopy(details);
  return typeof copy === "object" && !Array.isArray(copy) ? (copy as ErrorDetails) : { details: copy };
}

/** What was thrown, as the one error: anything foreign becomes `INTERNAL` with the original as its cause. Never throws. */
export function toNautilusError(thrown: unknown, context = "unexpected failure"): NautilusError {
  if (isNautilusError(thrown)) return thrown;
  return new NautilusError("INTERNAL", `${context}: ${messageOf(thrown)}`, { cause: thrown });
}

/** A whole one: it may have been written into. Asked for its prototype or a member, even a thrown object may throw. */
function isNautilusError(thrown: unknown): thrown is NautilusError {
  try {
    if (!(thrown instanceof NautilusError)) return false;
    const { code, message, retryable, details, cause }: Readonly<Partial<Record<keyof NautilusError, unknown>>> =
      thrown;
    if (!isErrorCode(code) || typeof message !== "string" || typeof retryable !== "boolean") return false;
    return typeof details === "object" && details !== null && cause !== thrown;
  } catch {
    return false;
  }
}

/**
 * A text of anything that was thrown, even of what has none. A promise that was thrown may be a rejected one: it counts as
 * seen. Never throws.
 */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Promise) thrown.catch(() => undefined);
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "something that has no text";
  }
}
