// Several commands in one write. Not by a pipeline of the library: it gives each pipeline a hidden class of its own, so that it and
// all it holds outlive many collections. One of them does no harm, thousands a second do.
import type { Redis } from "ioredis";
import { toNautilusError } from "../../contracts/errors.js";

/** What became of a command. */
export type Result = readonly [error: Error | null, result: unknown];

/** What is sent meanwhile leaves together, and is carried out in that order. */
export function inOneWrite<T>({ stream }: Redis, send: () => T): T {
  // There is none before the first connection.
  const socket = stream as typeof stream | undefined;
  socket?.cork();
  try {
    return send();
  } finally {
    socket?.uncork();
  }
}

/** Never rejects. */
export function resultOf(command: Promise<unknown>): Promise<Result> {
  return command.then(succeeded, failed);
}

function succeeded(result: unknown): Result {
  return [null, result];
}

function failed(thrown: unknown): Result {
  return [thrown instanceof Error ? thrown : toNautilusError(thrown), undefined];
}
