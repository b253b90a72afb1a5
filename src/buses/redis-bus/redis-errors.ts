// What a failed command says: that it is not known what became of it, that it may go later, or that it never will.
import { messageOf, NautilusError } from "../../contracts/errors.js";

/** Replies of a server that will take the same command later. */
const LATER = /^(LOADING|READONLY|MASTERDOWN|BUSY|TRYAGAIN|CLUSTERDOWN|NOREPLICAS|MISCONF)\b/;
/** Also what a reader is told that waits for a stream while it is deleted. */
const NO_GROUP = /^(NOGROUP|UNBLOCKED)\b/;
const NO_KEY = /\bno such key\b/;
const GROUP_EXISTS = /^BUSYGROUP\b/;
const OUT_OF_MEMORY = /^OOM\b/;

/** What servers before Redis 7 say before the error of a command that a script called. */
const WITHIN_SCRIPT = /^ERR Error running script .*?: -?/;

export type Failure = "unknown" | "later" | "never";

/** Anything but a reply of the server leaves open whether it carried the command out. */
export function failureOf(error: Error): Failure {
  if (error.name !== "ReplyError" && !("command" in error && isReply(error))) return "unknown";
  return LATER.test(replyOf(error)) ? "later" : "never";
}

function replyOf({ message }: Error): string {
  return message.replace(WITHIN_SCRIPT, "");
}

function isReply(error: Error): boolean {
  return (
    /^[A-Z]{2,}\b/.test(error.message) && error.name !== "AbortError" && error.name !== "MaxRetriesPerRequestError"
  );
}

export function isNoGroup(error: unknown): boolean {
  return error instanceof Error && NO_GROUP.test(error.message);
}

export function isNoKey(error: unknown): boolean {
  return error instanceof Error && NO_KEY.test(error.message);
}

export function isGroupExisting(error: unknown): boolean {
  return error instanceof Error && GROUP_EXISTS.test(error.message);
}

export function isOutOfMemory(error: Error): boolean {
  return OUT_OF_MEMORY.test(replyOf(error));
}

/** For whoever published what the server refused. */
export function refusal(error: Error, topic: string): NautilusError {
  const code = isOutOfMemory(error) ? "OVERLOADED" : "INTERNAL";
  return new NautilusError(code, `Redis refused a message on ${topic}: ${messageOf(error)}`, { cause: error });
}
