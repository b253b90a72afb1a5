// What an attempt teaches about the instance that had it.
import type { ErrorCode } from "../contracts/errors.js";
import type { Candidate } from "./candidate.js";
import type { Attempt, PendingCall } from "./pending-call.js";

export interface Verdict {
  /** Undefined where it says nothing about the instance: its caller gave up. */
  readonly success: boolean | undefined;
  /** By the instance itself; otherwise the attempt was ended from this side. */
  readonly answered: boolean;
  readonly code: ErrorCode | null;
  readonly nowMs: number;
}

/** Of the candidates of an operation, at most this share is ejected by breakers at once. */
const MOST_EJECTED = 0.5;

/** It answered: what most attempts do. */
export function measureAnswer(call: PendingCall, attempt: Attempt, nowMs: number): void {
  const candidate = attempt.candidate as Candidate;
  const latencyMs = nowMs - attempt.sentMs;
  candidate.ended(true, nowMs);
  candidate.calls += 1;
  candidate.window.record(true, nowMs);
  candidate.observeLatency(latencyMs, nowMs);
  candidate.gate.succeeded();
  if (attempt.choice?.isTrial === true) candidate.gate.trialEnded(attempt.choice.trialPeriod, true);
  if (call.request.kind === "make") return;
  // What is fetched had to be made: the consumer got it from its giver only after that.
  candidate.exchangeWith(call.consumer).add(latencyMs + (call.options.making?.ms ?? 0), nowMs);
}

/** It failed, or was ended from this side. */
export function measureFailure(call: PendingCall, attempt: Attempt, { success, answered, nowMs }: Verdict): void {
  const { candidate, choice } = attempt;
  if (candidate === undefined) return;
  candidate.ended(answered, nowMs);
  if (choice?.isTrial === true) candidate.gate.trialEnded(choice.trialPeriod, success);
  if (success === undefined) return;
  const latencyMs = nowMs - attempt.sentMs;
  candidate.calls += 1;
  candidate.window.record(success, nowMs);
  // The time to a failure is not the time to an answer.
  if (success || candidate.peakEwmaMs < latencyMs) candidate.observeLatency(latencyMs, nowMs);
  if (success) candidate.gate.succeeded();
  else if (candidate.gate.failed(candidate.window, nowMs) && mayEject(call)) candidate.gate.trip();
  if (call.request.kind === "make") return;
  const exchange = candidate.exchangeWith(call.consumer);
  if (success) exchange.add(latencyMs, nowMs);
  else exchange.fail(nowMs);
}

function mayEject({ route, request }: PendingCall): boolean {
  const { up } = route.byKind[request.kind];
  const ejected = up.filter(({ gate }) => !gate.isClosed).length;
  return ejected + 1 <= MOST_EJECTED * up.length;
}
