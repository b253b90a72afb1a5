// What a call looks like between nodes.
import { z } from "zod";
import { ERROR_TABLE, type ErrorCode } from "../../contracts/errors.js";
import { PRIORITIES, PRIORITY_RANK } from "../../contracts/priority.js";

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

export const CallFrameSchema = z.object({
  callId: z.string().min(1).max(128),
  /** Node to answer to. */
  replyTo: z.string().min(1).max(128),
  instanceId: z.string(),
  /** The start of its node that is meant, as far as the caller knows it; 0 for any. */
  incarnation: z.number().min(0),
  operationId: z.string(),
  request: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("operation"), inputs: z.record(z.string(), z.unknown()) }),
    z.object({ kind: z.literal("make"), ...step }),
    z.object({ kind: z.literal("fetch"), ...step }),
  ]),
  priority: z.enum(PRIORITIES),
  /** Wall clock: two processes share no other. */
  deadlineWallMs: z.number(),
  consumer: z.string(),
  correlationId: z.string(),
});
export type CallFrame = z.infer<typeof CallFrameSchema>;

export const CancelFrameSchema = z.object({ callId: z.string(), cancelled: z.literal(true) });
export type CancelFrame = z.infer<typeof CancelFrameSchema>;

/** Operations that run or wait at the instance that answers: what it tells of itself with every answer. */
const held = z.int().min(0).optional();

export const ReplyFrameSchema = z.union([
  z.object({ callId: z.string(), held, value: z.unknown(), error: z.undefined().optional() }),
  z.object({
    callId: z.string(),
    held,
    error: z.object({
      code: z.enum(Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      retryable: z.boolean(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
]);
export type ReplyFrame = z.infer<typeof ReplyFrameSchema>;

/** Whether the schema takes it, told at a fraction of what parsing costs; false is no answer: then the schema decides. */
export function isPlainlyCall(value: unknown): value is CallFrame {
  if (typeof value !== "object" || value === null) return false;
  const frame = value as Record<keyof CallFrame, unknown>;
  const { callId, replyTo, instanceId, incarnation, operationId, request, priority, deadlineWallMs } = frame;
  const { consumer, correlationId } = frame;
  return (
    isName(callId) &&
    isName(replyTo) &&
    typeof instanceId === "string" &&
    typeof incarnation === "number" &&
    incarnation >= 0 &&
    typeof operationId === "string" &&
    isPlainlyOperation(request) &&
    typeof priority === "string" &&
    Object.hasOwn(PRIORITY_RANK, priority) &&
    Number.isFinite(deadlineWallMs) &&
    typeof consumer === "string" &&
    typeof correlationId === "string"
  );
}

/** The same of an answer that is a value. */
export function isPlainlyAnswer(value: unknown): value is Extract<ReplyFrame, { readonly value: unknown }> {
  if (typeof value !== "object" || value === null) return false;
  const frame = value as Record<"callId" | "held" | "value" | "error", unknown>;
  const isHeld = frame.held === undefined || (Number.isSafeInteger(frame.held) && (frame.held as number) >= 0);
  return typeof frame.callId === "string" && isHeld && "value" in frame && frame.error === undefined;
}

function isPlainlyOperation(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { kind, inputs } = value as Record<"kind" | "inputs", unknown>;
  return kind === "operation" && typeof inputs === "object" && inputs !== null && !Array.isArray(inputs);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= 128;
}
