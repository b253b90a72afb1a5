// The body of a request, read once: at most 1 MiB of UTF-8, JSON of at most 32 levels. An absent or empty body stands for {}.
import type { MiddlewareHandler } from "hono";
import { NautilusError } from "../contracts/errors.js";
import type { ApiEnv } from "./api-env.js";
import { findJsonFault } from "./json-fault.js";

const BODY_LIMIT_BYTES = 1_048_576;

/** Requests nest three levels; a parser takes longest, by far, for what is nothing but depth. */
const DEPTH_LIMIT = 32;
const JSON_TYPE = /^application\/json\s*(;.*)?$/i;

/** Leaves the request with a body that is well-formed JSON. */
export const jsonBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { raw } = c.req;
  const { method, headers, signal } = raw;
  c.set("clientGone", signal);
  const text = decode(await readBytes(raw));
  const isEmpty = text.trim() === "";
  if (!isEmpty) refuseWrongType(headers.get("content-type"));
  if (!isEmpty) refuseMalformed(text);
  const json = new Headers([...headers].filter(([name]) => name !== "content-length" && name !== "transfer-encoding"));
  json.set("content-type", "application/json");
  c.req.raw = new Request(raw.url, { method, headers: json, body: isEmpty ? "{}" : text });
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
  if (contentType !== null && JSON_TYPE.test(contentType)) return;
  const given = contentType === null ? "none was given" : `not ${contentType}`;
  throw new NautilusError("UNSUPPORTED_MEDIA_TYPE", `content-type must be application/json: ${given}`);
}

function refuseMalformed(text: string): void {
  if (exceedsDepth(text)) throw new NautilusError("INVALID_INPUT", `the body nests more than ${DEPTH_LIMIT} levels`);
  try {
    JSON.parse(text);
  } catch (cause) {
    const fault = findJsonFault(text);
    const where = fault ? ` at line ${fault.line}, column ${fault.column}: expected ${fault.expected}` : "";
    throw new NautilusError("INVALID_INPUT", `malformed JSON${where}`, { cause, details: { ...fault } });
  }
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
