// What a subscription does with a message that finds its queue full: one small object per policy, one file each.
import type { Envelope } from "../contracts/envelope.js";
import type { NautilusError } from "../contracts/errors.js";
import type { BoundedQueue } from "../kernel/bounded-queue.js";
import type { Counts } from "./counts.js";

export interface Overflow {
  /** Messages it keeps outside the queue. */
  readonly waiting: number;
  /** A promise makes the publisher wait until the message has its place. */
  take(message: Envelope): Promise<void> | undefined;
  /** The next message for a place that came free. */
  next(): Envelope | undefined;
  /** Nothing is delivered any more. Who waits is failed with `reason`; without one, waits no more. */
  close(reason: NautilusError | undefined): void;
}

export interface OverflowContext {
  readonly queue: BoundedQueue<Envelope>;
  readonly counts: Counts;
  /** Greatest number of waiting publishers. */
  readonly waiters: number;
  /** For people: `marketData topic (name)`. */
  readonly owner: string;
  /** It was given up: nobody will handle it. */
  readonly onSettled: (message: Envelope) => void;
}

export type CreateOverflow = (context: OverflowContext) => Overflow;
