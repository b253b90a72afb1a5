// What a router says of calls that it could not place, and whom an error counts against.
import { NautilusError } from "../contracts/errors.js";

export function noGiver(operationId: string): NautilusError {
  return new NautilusError("GIVER_DOWN", `no living engine offers ${operationId}`, { details: { operationId } });
}

export function nobodyUp(operationId: string): NautilusError {
  return new NautilusError("GIVER_DOWN", `no instance that offers ${operationId} is up`);
}

export function timedOut(operationId: string, instanceId: string | undefined, isDown: boolean): NautilusError {
  const where = instanceId === undefined ? "" : ` at ${instanceId}`;
  return isDown
    ? new NautilusError("GIVER_DOWN", `${operationId}${where} did not come back before the deadline`)
    : new NautilusError("DEADLINE_EXCEEDED", `${operationId}${where} did not answer before the deadline`);
}

/** Says which operation failed, the first of those that it passed through: whoever asked can then go another way. */
export function naming(operationId: string, error: NautilusError): NautilusError {
  return error.details["operationId"] === undefined ? withName(operationId, error) : error;
}

/** Of an operation that was carried out: it failed, and not whoever it asked for something meanwhile. */
export function blaming(operationId: string, error: NautilusError): NautilusError {
  const named = error.details["operationId"];
  return named === undefined || named === operationId ? error : withName(operationId, error);
}

function withName(operationId: string, { code, message, retryable, cause, details }: NautilusError): NautilusError {
  return new NautilusError(code, message, { cause, retryable, details: { ...details, operationId } });
}

/** Whether an error counts against the instance that gave it, rather than against the request. */
export function isFault({ code }: NautilusError): boolean {
  return code === "INTERNAL" || code === "OVERLOADED" || code === "GIVER_DOWN" || code === "DEADLINE_EXCEEDED";
}

/** Whether somebody else may give what this one did not. */
export function mayGoElsewhere(error: NautilusError): boolean {
  return error.retryable || isFault(error);
}
