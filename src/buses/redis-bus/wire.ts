// What travels over Redis: batches of envelopes as JSON, and the typed arrays of their data as bytes beside it.
import { z } from "zod";
import { EnvelopeSchema, isPlainlyEnvelope, type Envelope } from "../../contracts/envelope.js";
import { messageOf, NautilusError } from "../../contracts/errors.js";
import { liftArrays, lowerArrays, type LiftedArray } from "./typed-arrays.js";

/** One message, written: what publishing costs is paid once, whoever reads it. */
export interface WireMessage {
  readonly text: string;
  readonly arrays: readonly LiftedArray[];
  readonly bytes: number;
}

export interface Batch {
  /** The sender's view of the bus: its node, and which start of it. */
  readonly from: string;
  /** Per view and topic 1, 2, 3, …: what is missing shows. */
  readonly sequence: number;
  readonly messages: readonly Envelope[];
  /** What the sender tells along with it. */
  readonly done?: readonly DoneBatch[] | undefined;
}

/** Of which publisher's view, on which topic, and the how manieth batch it is that was heard and has taken all its effects. */
export type DoneBatch = readonly [view: string, topic: string, sequence: number];

const FORMAT = 1;
const MAX_VIEW = 256;
const MAX_MESSAGES = 65_536;
/** Told along with one batch. */
export const MAX_DONE = 256;

export const HeadSchema = z.object({
  format: z.literal(FORMAT),
  from: z.string().min(1).max(MAX_VIEW),
  sequence: z.int().min(1),
  done: z
    .array(z.tuple([z.string(), z.string(), z.int().min(1)]))
    .max(MAX_DONE)
    .optional(),
  messages: z.array(EnvelopeSchema).max(MAX_MESSAGES),
  /** Message, kind and path of each attachment, in their order. */
  arrays: z.array(z.tuple([z.int().min(0), z.string(), z.array(z.union([z.string(), z.int().min(0)]))])).optional(),
});

/** @throws NautilusError INVALID_INPUT for no envelope, and for data that JSON cannot say, naming the message */
export function writeMessage(message: Envelope): WireMessage {
  // Readers check a batch as a whole: one that does not fit would take with it what travels together with it.
  const parsed = isPlainlyEnvelope(message) ? undefined : EnvelopeSchema.safeParse(message);
  if (parsed?.success === false) {
    const issue = parsed.error.issues[0];
    const why = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
    throw new NautilusError("INVALID_INPUT", `message ${message.id} (${message.type}) is no envelope: ${why}`);
  }
  try {
    const { value, arrays } = liftArrays(message.data);
    const text = JSON.stringify(arrays.length === 0 ? message : { ...message, data: value });
    let bytes = text.length;
    for (const array of arrays) bytes += array.bytes.byteLength;
    return { text, arrays, bytes };
  } catch (thrown) {
    const what = `message ${message.id} (${message.type}) cannot be written: ${messageOf(thrown)}`;
    throw new NautilusError("INVALID_INPUT", what, { cause: thrown });
  }
}

/**
 * The head of a batch; its attachments are the arrays of its messages, in order.
 * @param done what is told along with it, as JSON
 */
export function writeHead({ from, sequence }: BatchName, messages: readonly WireMessage[], done = ""): string {
  let [texts, arrays] = ["", 0];
  for (const message of messages) {
    texts = texts === "" ? message.text : `${texts},${message.text}`;
    arrays += message.arrays.length;
  }
  const tail = arrays === 0 ? "" : `,"arrays":${JSON.stringify(messages.flatMap(placesOf))}`;
  const along = done === "" ? "" : `"done":${done},`;
  return `${beginningOf(from)}"sequence":${sequence},${along}"messages":[${texts}]${tail}}`;
}

function placesOf({ arrays }: WireMessage, index: number): unknown[] {
  return arrays.map(({ kind, path }) => [index, kind, path]);
}

/** Of which view a batch is, and the how manieth: what its head begins with. */
export type BatchName = Pick<Batch, "from" | "sequence">;

const NAME = /^ ?\{"format":1,"from":"([^"\\]+)","sequence":(\d+),/;
/** What is pushed and is not in the stream begins with a space. */
export const UNLOGGED = " ";

export function isUnlogged(payload: string): boolean {
  return payload.startsWith(UNLOGGED);
}

/** Read without the rest, which is most of it; undefined where it is not plain to see. */
export function readName(head: string): BatchName | undefined {
  const [, from, sequence] = NAME.exec(head) ?? [];
  return from === undefined ? undefined : { from, sequence: Number(sequence) };
}

/** What every batch of a view begins with, but for the mark of those that are only pushed. */
export function beginningOf(view: string): string {
  return `{"format":${FORMAT},"from":${JSON.stringify(view)},`;
}

/** @throws NautilusError INVALID_INPUT for what is no batch, naming the field */
export function readBatch(head: string, attachments: readonly Buffer[]): Batch {
  const read = parseJson(head);
  if (attachments.length === 0 && isPlainlyBatch(read)) return read;
  const parsed = HeadSchema.safeParse(read);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new NautilusError("INVALID_INPUT", `not a batch: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const { from, sequence, messages, arrays = [] } = parsed.data;
  if (arrays.length === 0) return { from, sequence, messages };
  if (arrays.length !== attachments.length) {
    throw new NautilusError("INVALID_INPUT", `not a batch: ${arrays.length} arrays, ${attachments.length} attachments`);
  }
  const filled = messages.map((message) => ({ ...message }));
  arrays.forEach(([index, kind, path], place) => {
    const message = filled[index];
    if (message === undefined)
      throw new NautilusError("INVALID_INPUT", `not a batch: an array of no message, ${index}`);
    message.data = lowerArrays(message.data, { kind, path, bytes: attachments[place]! });
  });
  return { from, sequence, messages: filled };
}

/** Whether the schema takes it, and it has no attachments; false is no answer. */
function isPlainlyBatch(value: unknown): value is Batch {
  if (typeof value !== "object" || value === null) return false;
  const { format, from, sequence, messages, done, arrays } = value as Record<keyof z.infer<typeof HeadSchema>, unknown>;
  return (
    format === FORMAT &&
    typeof from === "string" &&
    from.length > 0 &&
    from.length <= MAX_VIEW &&
    Number.isSafeInteger(sequence) &&
    (sequence as number) >= 1 &&
    Array.isArray(messages) &&
    messages.length <= MAX_MESSAGES &&
    messages.every(isPlainlyEnvelope) &&
    (done === undefined || (Array.isArray(done) && done.length <= MAX_DONE && done.every(isPlainlyDone))) &&
    arrays === undefined
  );
}

function isPlainlyDone(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [view, topic, sequence] = value as readonly unknown[];
  return (
    typeof view === "string" && typeof topic === "string" && Number.isSafeInteger(sequence) && (sequence as number) >= 1
  );
}

function parseJson(head: string): unknown {
  try {
    return JSON.parse(head);
  } catch (thrown) {
    throw new NautilusError("INVALID_INPUT", `not a batch: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Of a payload that holds a batch with attachments; JSON begins with a brace. */
const FRAMED = 0;

/**
 * A batch as one payload: the head alone where it has no attachments; else a zero byte, three bytes of nothing, the length of the
 * head, the head, and before each attachment its length and zero to seven bytes that let it begin at a multiple of eight.
 * Lengths are 32 bits, little-endian.
 */
export function framed(head: string, messages: readonly WireMessage[]): string | Buffer {
  const arrays = messages.flatMap((message) => message.arrays.map(({ bytes }) => bytes));
  if (arrays.length === 0) return head;
  const headBytes = Buffer.from(head, "utf8");
  let length = 8 + headBytes.length;
  for (const { byteLength } of arrays) length = aligned(length + 4) + byteLength;
  const frame = Buffer.alloc(length);
  frame.writeUInt32LE(headBytes.length, 4);
  frame.set(headBytes, 8);
  let at = 8 + headBytes.length;
  for (const bytes of arrays) {
    frame.writeUInt32LE(bytes.byteLength, at);
    at = aligned(at + 4);
    frame.set(bytes, at);
    at += bytes.byteLength;
  }
  return frame;
}

/** @throws NautilusError INVALID_INPUT for what is no batch */
export function readFramed(payload: Buffer): Batch {
  if (payload[0] !== FRAMED) return readBatch(payload.toString("utf8"), []);
  try {
    const headEnd = 8 + payload.readUInt32LE(4);
    const attachments: Buffer[] = [];
    for (let at = headEnd; at < payload.length;) {
      const begin = aligned(at + 4);
      const end = begin + payload.readUInt32LE(at);
      if (end > payload.length) throw new RangeError("an attachment is cut off");
      attachments.push(payload.subarray(begin, end));
      at = end;
    }
    return readBatch(payload.toString("utf8", 8, headEnd), attachments);
  } catch (thrown) {
    if (thrown instanceof NautilusError) throw thrown;
    throw new NautilusError("INVALID_INPUT", `not a batch: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function aligned(at: number): number {
  return (at + 7) & ~7;
}
