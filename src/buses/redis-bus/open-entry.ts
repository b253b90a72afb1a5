// A batch that came in, until its publisher, or the server, was told all there is to tell of it.
import type { BatchName } from "./wire.js";

/** One batch whose messages have not all been taken, or have not all taken effect. */
export interface OpenEntry {
  /** Undefined where it was pushed, unless it was read as well. */
  id: string | undefined;
  readonly name: BatchName;
  /** Messages that are neither taken nor refused. */
  untaken: number;
  /** Readings of its messages that have not ended. */
  unfinished: number;
  /** Places that the publisher is still to be told of. */
  taken: number[];
  refused: number[];
  readonly wasHeard: boolean;
  /** The stream may not have it: then it is its publisher who is told that it took effect. */
  readonly isUnlogged: boolean;
}

/** All of it took effect, and the stream may not have it. */
export function isDoneUnlogged({ isUnlogged, id, unfinished }: OpenEntry): boolean {
  return isUnlogged && id === undefined && unfinished === 0;
}
