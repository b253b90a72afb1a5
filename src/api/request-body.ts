// The body of a request, read once: at most 1 MiB of UTF-8 as it is, JSON of at most 32 levels. An absent or empty body stands
// for {}.
import type { MiddlewareHandler } from "hono";
import { NautilusError } from "../contracts/errors.js";
import type { ApiEnv } from "./api-env.js";
import { findJsonFault } from "./json-fault.js";

const BODY_LIMIT_BYTES = 1_048_576;

/** Requests nest three levels; a parser takes longest, by far, for what is nothing but depth. */
const DEPTH_LIMIT = 32;
const JSON_TYPE = /^application\/json\s*(;.*)?$/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/gi;
const UTF_8 = ["utf-8", "utf8"];
/** Space, tab, line feed, carriage return: what JSON takes for nothing. */
const WHITESPACE = [0x20, 0x09, 0x0a, 0x0d];
const LOST_NAME = "__proto__";
const OF_THE_BODY_SENT = ["content-length", "transfer-encoding", "content-encoding"];

/** Leaves the request with a body that is well-formed JSON. */
export const jsonBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { raw } = c.req;
  const { method, headers, signal } = raw;
  c.set("clientGone", signal);
  refuseCoded(headers.get("content-encoding"));
  const bytes = await readBytes(raw);
  const isEmpty = bytes.every((byte) => WHITESPACE.includes(byte));
  // Before the bytes are taken for UTF-8: what they are in another charset is not what was meant.
  if (!isEmpty) refuseWrongType(headers.get("content-type"));
  const body = isEmpty ? "{}" : decode(bytes);
  refuseLostNames(parse(body), body);
  const json = new Headers([...headers].filter(([name]) => !OF_THE_BODY_SENT.includes(name)));
  json.set("content-type", "application/json");
  c.req.raw = new Request(raw.url, { method, headers: json, body });
  await next();
};

async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > BODY_LIMIT_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // What is declared need not be what comes.
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > BODY_LIMIT_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof NautilusError || !request.signal.aborted) throw error;
    throw new NautilusError("CANCELLED", "the client went away while its request was read", { cause: error });
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(): NautilusError {
  return new NautilusError("PAYLOAD_TOO_LARGE", "a body has at most 1 MiB (1,048,576 bytes)", {
    details: { limitBytes: BODY_LIMIT_BYTES },
  });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new NautilusError("INVALID_INPUT", "the body is not valid UTF-8", { cause: error });
  }
}

function refuseWrongType(contentType: string | null): void {
  if (contentType === null || !JSON_TYPE.test(contentType)) {
    const given = contentType === null ? "none was given" : `not ${contentType}`;
    throw new NautilusError("UNSUPPORTED_MEDIA_TYPE", `content-type must be application/json: ${given}`);
  }
  const charsets = [...contentType.matchAll(CHARSET)].map(([, charset = ""]) => charset);
  if (charsets.every((charset) => UTF_8.includes(charset.toLowerCase()))) return;
  throw new NautilusError("UNSUPPORTED_MEDIA_TYPE", `the charset of a body must be utf-8: not ${contentType}`);
}

/** Taken as it is, a compressed body would be told to be malformed. */
function refuseCoded(contentEncoding: string | null): void {
  if (contentEncoding === null || /^\s*(identity)?\s*$/i.test(contentEncoding)) return;
  throw new NautilusError(
    "UNSUPPORTED_MEDIA_TYPE",
    `a body must come without content-encoding: not ${contentEncoding}`,
  );
}

function parse(text: string): unknown {
  if (exceedsDepth(text)) throw new NautilusError("INVALID_INPUT", `the body nests more than ${DEPTH_LIMIT} levels`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const fault = findJsonFault(text);
    const where = fault ? ` at line ${fault.line}, column ${fault.column}: expected ${fault.expected}` : "";
    throw new NautilusError("INVALID_INPUT", `malformed JSON${where}`, { cause, details: { ...fault } });
  }
}

/** Schemas drop a member called `__proto__` where any name may stand: what was sent would be lost without a word. */
function refuseLostNames(value: unknown, text: string): void {
  // Hardly ever there, and cheaper to look for in the text; escaped, it has a backslash.
  if (!text.includes(LOST_NAME) && !text.includes("\\u")) return;
  const path = pathOfLostName(value);
  if (path === undefined) return;
  const issue = { in: "body", path, message: "not a field that is known here" };
  throw new NautilusError("INVALID_INPUT", `${path}: ${issue.message}`, {
    details: { issues: [issue], issueCount: 1 },
  });
}

function pathOfLostName(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (name === LOST_NAME) return name;
    const inner = pathOfLostName(member);
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
}

function exceedsDepth(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length && depth <= DEPTH_LIMIT; at += 1) {
    const character = text[at];
    if (inString && character === "\\") at += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
  }
  return depth > DEPTH_LIMIT;
}
