// JSON answers of any size. Typed arrays are written as arrays, NaN and infinities as null; what is large goes out piece by
// piece, so that no answer holds the event loop for long.
import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import type { Clock } from "../contracts/clock.js";
import type { ApiEnv } from "./api-env.js";

const CHUNK_CHARACTERS = 65_536;
/** At a time: some thousand numbers take less than a millisecond. */
const SLICE_NUMBERS = 4096;

type Numbers = Float64Array;
type JsonAnswer<T> = Response & TypedResponse<JSONParsed<T>, 200, "json">;

/** Status 200 with `value` as JSON; as a stream where it is more than 64 Ki characters. */
export function jsonAnswer<T>(c: Context<ApiEnv>, value: T, clock: Clock): JsonAnswer<T> {
  const chunks = jsonChunks(value);
  const first = chunks.next();
  const second = chunks.next();
  const isWhole = second.done === true;
  const body = isWhole ? (first.value ?? "null") : streamOf(chunks, `${first.value ?? ""}${second.value}`, clock);
  return c.body(body, 200, { "content-type": "application/json" }) as Response as JsonAnswer<T>;
}

function streamOf(chunks: Iterator<string>, beginning: string, clock: Clock): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(encoder.encode(beginning));
    },
    pull: async (controller) => {
      // A fast reader asks again within the same turn of the event loop: others have theirs in between.
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 0));
      const next = chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
  });
}

/** The text of `value`, in pieces of 64 Ki characters or a little more. */
export function* jsonChunks(value: unknown): Generator<string, undefined> {
  let chunk = "";
  for (const part of jsonParts(value)) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

function* jsonParts(value: unknown): Generator<string> {
  if (ArrayBuffer.isView(value)) yield* numberParts(value as Numbers);
  else if (!holdsTypedArray(value)) yield textOf(value);
  else if (Array.isArray(value))
    yield* listParts(
      "[",
      value.map((item) => ["", item] as const),
      "]",
    );
  else {
    const members = Object.entries(value as object).filter(([, member]) => member !== undefined);
    yield* listParts(
      "{",
      members.map(([name, member]) => [`${JSON.stringify(name)}:`, member] as const),
      "}",
    );
  }
}

/** A function has no text at all; what stands in its place has to be JSON. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text ?? "null";
}

function* listParts(open: string, items: readonly (readonly [string, unknown])[], close: string): Generator<string> {
  let before = open;
  for (const [label, item] of items) {
    yield before + label;
    yield* jsonParts(item);
    before = ",";
  }
  yield close;
}

function* numberParts(numbers: Numbers): Generator<string> {
  let before = "[";
  for (let at = 0; at < numbers.length; at += SLICE_NUMBERS) {
    yield before + JSON.stringify(Array.from(numbers.subarray(at, at + SLICE_NUMBERS))).slice(1, -1);
    before = ",";
  }
  yield numbers.length === 0 ? "[]" : "]";
}

function holdsTypedArray(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (ArrayBuffer.isView(value)) return true;
  return (Array.isArray(value) ? (value as unknown[]) : Object.values(value)).some(holdsTypedArray);
}
