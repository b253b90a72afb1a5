// What other programs read and write: one message is one CloudEvent as JSON; the typed arrays of its data, where a stream entry
// has room for them, are bytes beside it, each in a field named by its kind and its place.
import type { z } from "zod";
import { ForeignEventSchema } from "../../contracts/bridge.js";
import type { Envelope } from "../../contracts/envelope.js";
import { messageOf, NautilusError } from "../../contracts/errors.js";
import type { Product } from "../../contracts/product.js";
import { liftArrays, lowerArrays, type LiftedArray } from "../redis-bus/typed-arrays.js";

/** Of one message, all in all. */
export const MAX_EVENT_BYTES = 32 * 2 ** 20;

export const EVENT_FIELD = "event";

/** Kinds of arrays, named as NumPy names them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ["float64", "Float64Array"],
  ["float32", "Float32Array"],
  ["int32", "Int32Array"],
  ["uint32", "Uint32Array"],
  ["int16", "Int16Array"],
  ["uint16", "Uint16Array"],
  ["int8", "Int8Array"],
  ["uint8", "Uint8Array"],
  ["uint8clamped", "Uint8ClampedArray"],
  ["int64", "BigInt64Array"],
  ["uint64", "BigUint64Array"],
]);
const NAMES: ReadonlyMap<string, string> = new Map([...KINDS].map(([name, kind]) => [kind, name]));

export interface ArrayField {
  /** `float64:/data/values`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface BridgeEvent {
  readonly text: string;
  readonly arrays: readonly ArrayField[];
  readonly bytes: number;
}

/** @throws NautilusError INVALID_INPUT for data that JSON cannot say */
export function writeEvent(envelope: Envelope): BridgeEvent {
  try {
    const { value, arrays } = liftArrays(envelope.data);
    const text = JSON.stringify(arrays.length === 0 ? envelope : { ...envelope, data: value });
    const fields = arrays.map(({ kind, path, bytes }) => ({ name: fieldName(kind, path), bytes }));
    const arrayBytes = fields.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    return { text, arrays: fields, bytes: text.length + arrayBytes };
  } catch (thrown) {
    throw new NautilusError("INVALID_INPUT", `it cannot be written: ${messageOf(thrown)}`, { cause: thrown });
  }
}

export interface Arrival {
  readonly text: Buffer;
  readonly arrays: readonly ArrayField[];
  /** For whoever does not say when it was written. */
  readonly wallMs: number;
}

/** @throws NautilusError INVALID_INPUT saying what is wrong with it */
export function readEvent(product: Product, { text, arrays, wallMs }: Arrival): Envelope {
  const bytes = arrays.reduce((sum, array) => sum + array.bytes.byteLength, text.byteLength);
  if (bytes > MAX_EVENT_BYTES) throw refusal(`${bytes} bytes are more than ${MAX_EVENT_BYTES}`);
  const { data, time, ...attributes } = checked(ForeignEventSchema, attributesOf(parseJson(text)), []);
  if (attributes.type !== product.key) throw refusal(`type: it is ${attributes.type}, and ${product.key} goes here`);
  const whole = arrays.reduce<unknown>((value, array) => withArray(value, array), data);
  // RFC 3339 allows any offset, and the bus knows UTC only.
  const timeMs = time === undefined ? wallMs : Date.parse(time);
  return { ...attributes, time: new Date(timeMs).toISOString(), data: checked(product.schema, whole, ["data"]) };
}

/** Attributes that are null are as good as absent ones; data may be null. */
function attributesOf(event: unknown): Record<string, unknown> {
  if (typeof event !== "object" || event === null || Array.isArray(event)) throw refusal("it is no JSON object");
  const given = Object.entries(event).filter(([name, value]) => value !== null || name === "data");
  const attributes = Object.fromEntries<unknown>(given);
  if ("data_base64" in attributes) throw refusal("data_base64: data must be JSON, in data");
  const type = attributes["datacontenttype"] ?? "application/json";
  if (typeof type === "string" && /^application\/json\s*(;|$)/i.test(type)) return attributes;
  throw refusal("datacontenttype: must be application/json");
}

function parseJson(text: Buffer): unknown {
  if (text.byteLength === 0) throw refusal("there is no event in it");
  try {
    return JSON.parse(text.toString("utf8"));
  } catch (thrown) {
    throw refusal(`it is no JSON: ${messageOf(thrown)}`);
  }
}

function withArray(data: unknown, { name, bytes }: ArrayField): unknown {
  const [prefix = "", kind = ""] = /^([a-z0-9]+):\/data(?=\/|$)/.exec(name) ?? [];
  // Fields of the other program's own.
  if (prefix === "") return data;
  const array = KINDS.get(kind);
  if (array === undefined) throw refusal(`${name}: no array is of kind ${kind}`);
  try {
    return lowerArrays(data, { kind: array, path: pathOf(name.slice(prefix.length)), bytes });
  } catch (thrown) {
    throw refusal(`${name}: ${messageOf(thrown).replace(/^not a batch: /, "")}`);
  }
}

/** JSON Pointer (RFC 6901). */
function fieldName(kind: string, path: LiftedArray["path"]): string {
  const steps = path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`);
  return `${NAMES.get(kind) ?? kind}:/data${steps.join("")}`;
}

function pathOf(pointer: string): string[] {
  const steps = pointer === "" ? [] : pointer.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function checked<T>(schema: z.ZodType<T>, value: unknown, at: readonly string[]): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path = [], message = "it does not fit" } = parsed.error.issues[0] ?? {};
  throw refusal([[...at, ...path].join("."), message].filter((part) => part !== "").join(": "));
}

function refusal(what: string): NautilusError {
  return new NautilusError("INVALID_INPUT", what);
}
