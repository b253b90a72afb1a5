// What the channels of a Redis bus share.
import type { BusChannel, DeadLetter, LinkStats, SubscriptionStats } from "../../contracts/bus.js";
import type { ChannelName } from "../../contracts/channel.js";
import type { Clock } from "../../contracts/clock.js";
import type { Logger } from "../../contracts/logger.js";
import type { RedisLimits } from "./redis-limits.js";
import type { RedisLink } from "./redis-link.js";

export interface ChannelContext {
  /** This start of this node. */
  readonly view: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: RedisLimits;
  readonly createLink: (channel: ChannelName, role: string) => RedisLink;
  readonly onDeadLetter: (letter: DeadLetter) => void;
}

/** What the bus asks of each channel beside the port. */
export interface RedisChannel extends BusChannel {
  readonly links: readonly RedisLink[];
  readonly published: number;
  readonly subscriptions: readonly SubscriptionStats[];
  stats(): LinkStats;
  settled(): Promise<void>;
  /** Takes no more messages, and says so to everybody; what was published before is sent. */
  leave(): Promise<void>;
  /** Closes every subscription, fails who waits, and ends the connections: after `leave`, and at once. */
  end(): void;
}
