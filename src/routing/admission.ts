// Which calls a router takes on: under pressure the least urgent are shed first.
import type { CallOptions } from "../contracts/call.js";
import { NautilusError } from "../contracts/errors.js";
import { PRIORITY_RANK } from "../contracts/priority.js";

export interface Room {
  readonly inFlight: number;
  readonly maxInFlight: number;
}

/** Share of the bound that calls of a priority may fill, by rank. */
const SHARE_BY_RANK = [1, 0.95, 0.9, 0.8] as const;

export const LEAST_SHARE = Math.min(...SHARE_BY_RANK);

export function refusalOf(
  operationId: string,
  { signal, priority = "normal" }: CallOptions,
  { inFlight, maxInFlight }: Room,
): NautilusError | undefined {
  if (signal?.aborted === true) {
    return new NautilusError("CANCELLED", `the caller of ${operationId} had given up already`);
  }
  const share = SHARE_BY_RANK[PRIORITY_RANK[priority]] ?? 1;
  if (inFlight < share * maxInFlight) return undefined;
  const message = `${inFlight} calls are in flight already, of at most ${maxInFlight}; no more of ${priority} priority`;
  return new NautilusError("OVERLOADED", message);
}

export function stopped(): NautilusError {
  return new NautilusError("NOT_SERVING", "the node stopped");
}
