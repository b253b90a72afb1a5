// What the bus holds and how long it waits, where Redis is between.
import { BUS_LIMITS, type BusLimits } from "../channel-rules.js";

export interface RedisLimits extends BusLimits {
  /** Of one channel: messages published here that no reader has taken yet … */
  readonly heldMessages: number;
  /** … and their bytes. */
  readonly heldBytes: number;
  /** Of one stream at the server … */
  readonly streamEntries: number;
  /** … and their bytes. */
  readonly streamBytes: number;
  /** A view says so often that it lives; one that is not heard of for three times as long is taken for dead. */
  readonly refreshMs: number;
}

export const REDIS_LIMITS: RedisLimits = {
  ...BUS_LIMITS,
  heldMessages: 32_768,
  heldBytes: 256 * 1024 * 1024,
  streamEntries: 16_384,
  streamBytes: 256 * 1024 * 1024,
  refreshMs: 5_000,
};
