// What calls between nodes look like: those to one node, and their answers, travel together, so that what a message costs is paid
// once for many of them. What all calls of a packet or of a group share is said once.
import { z } from "zod";
import { ERROR_TABLE, type ErrorCode } from "../../contracts/errors.js";
import { PRIORITIES, PRIORITY_RANK } from "../../contracts/priority.js";

/** Calls, or answers, of one packet. */
export const MOST_OF_PACKET = 1024;
const NAME = z.string().min(1).max(128);

const RecipeSchema = z.object({
  operationId: z.string(),
  key: z.string(),
  needs: z.array(z.object({ product: z.string(), key: z.string() })),
});
const MakingSchema = z.object({ ms: z.number().min(0), missedBy: z.array(z.string()) });
const step = {
  recipe: RecipeSchema,
  runId: z.string(),
  cookbook: z.object({
    facts: z.array(z.object({ key: z.string(), value: z.unknown() })),
    made: z.array(z.object({ recipe: RecipeSchema, holders: z.array(z.string()), making: MakingSchema.optional() })),
  }),
};
const RequestSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("operation"), inputs: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal("make"), ...step }),
  z.object({ kind: z.literal("fetch"), ...step }),
]);

/** Counted by whoever asks. */
const CallNumberSchema = z.int().min(0);

/** Number; deadline on the wall clock, as two processes share no other; correlation id; request. */
const CallSchema = z.tuple([CallNumberSchema, z.number(), z.string(), RequestSchema]);
export type PacketCall = z.infer<typeof CallSchema>;

const CallGroupSchema = z.object({
  instanceId: z.string(),
  operationId: z.string(),
  consumer: z.string(),
  priority: z.enum(PRIORITIES),
  calls: z.array(CallSchema).min(1).max(MOST_OF_PACKET),
});
export type CallGroup = z.infer<typeof CallGroupSchema>;

export const CallPacketSchema = z.object({
  /** Node to answer to. */
  replyTo: NAME,
  /** Whose numbers these are: one start of the asking side. */
  asker: NAME,
  /** The start of the node that is meant, as far as the caller knows it; 0 for any. */
  incarnation: z.number().min(0),
  groups: z.array(CallGroupSchema).max(MOST_OF_PACKET),
});
export type CallPacket = z.infer<typeof CallPacketSchema>;

export const CancelPacketSchema = z.object({ asker: NAME, cancelled: z.array(CallNumberSchema).max(MOST_OF_PACKET) });
export type CancelPacket = z.infer<typeof CancelPacketSchema>;

/** Operations that run or wait at the instance that answers: what it tells of itself with every answer. */
const HeldSchema = z.int().min(0).nullable();

const ErrorRecordSchema = z.object({
  code: z.enum(Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});

const AnswerSchema = z.tuple([CallNumberSchema, HeldSchema, z.unknown()]);
export type PacketAnswer = z.infer<typeof AnswerSchema>;

const FailureSchema = z.tuple([CallNumberSchema, HeldSchema, ErrorRecordSchema]);
export type PacketFailure = z.infer<typeof FailureSchema>;

export const AnswerPacketSchema = z.object({
  asker: NAME,
  answers: z.array(AnswerSchema).max(MOST_OF_PACKET),
  failures: z.array(FailureSchema).max(MOST_OF_PACKET),
});
export type AnswerPacket = z.infer<typeof AnswerPacketSchema>;

/** Whether the schema takes it, told at a fraction of what parsing costs; false is no answer: then the schema decides. */
export function arePlainlyCalls(value: unknown): value is CallPacket {
  if (typeof value !== "object" || value === null) return false;
  const { replyTo, asker, incarnation, groups } = value as Record<keyof CallPacket, unknown>;
  return (
    isName(replyTo) &&
    isName(asker) &&
    typeof incarnation === "number" &&
    incarnation >= 0 &&
    isList(groups) &&
    groups.every(isPlainlyGroup)
  );
}

/** The same of answers of which none is an error. */
export function arePlainlyAnswers(value: unknown): value is AnswerPacket {
  if (typeof value !== "object" || value === null) return false;
  const { asker, answers, failures } = value as Record<keyof AnswerPacket, unknown>;
  return (
    isName(asker) && isList(failures) && failures.length === 0 && isList(answers) && answers.every(isPlainlyAnswer)
  );
}

function isPlainlyGroup(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { instanceId, operationId, consumer, priority, calls } = value as Record<keyof CallGroup, unknown>;
  return (
    typeof instanceId === "string" &&
    typeof operationId === "string" &&
    typeof consumer === "string" &&
    typeof priority === "string" &&
    Object.hasOwn(PRIORITY_RANK, priority) &&
    isList(calls) &&
    calls.length > 0 &&
    calls.every(isPlainlyCall)
  );
}

function isPlainlyCall(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [id, deadlineWallMs, correlationId, request] = value as readonly unknown[];
  return (
    isNumber(id) && Number.isFinite(deadlineWallMs) && typeof correlationId === "string" && isPlainlyRequest(request)
  );
}

function isPlainlyRequest(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, inputs, recipe, runId, cookbook } = value;
  if (kind === "operation") return isRecord(inputs);
  return (kind === "make" || kind === "fetch") && typeof runId === "string" && isRecipe(recipe) && isCookbook(cookbook);
}

function isCookbook(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { facts, made } = value;
  return Array.isArray(facts) && facts.every(isFact) && Array.isArray(made) && made.every(isMade);
}

function isFact(value: unknown): boolean {
  return isRecord(value) && typeof value["key"] === "string" && "value" in value;
}

function isMade(value: unknown): boolean {
  if (!isRecord(value) || !isRecipe(value["recipe"]) || !isStrings(value["holders"])) return false;
  const { making } = value;
  if (making === undefined) return true;
  return (
    isRecord(making) && Number.isFinite(making["ms"]) && Number(making["ms"]) >= 0 && isStrings(making["missedBy"])
  );
}

function isRecipe(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { operationId, key, needs } = value;
  return typeof operationId === "string" && typeof key === "string" && Array.isArray(needs) && needs.every(isNeed);
}

function isNeed(value: unknown): boolean {
  return isRecord(value) && typeof value["product"] === "string" && typeof value["key"] === "string";
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlainlyAnswer(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [id, held] = value as readonly unknown[];
  return isNumber(id) && (held === null || isNumber(held));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= MOST_OF_PACKET;
}

function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= 128;
}
