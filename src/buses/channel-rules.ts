// The promises of the three channels, as data, and the limits that every bus keeps.
import type { SubscribeOptions } from "../contracts/bus.js";
import type { ChannelName } from "../contracts/channel.js";
import { conflate } from "./conflate.js";
import { dropOldest } from "./drop-oldest.js";
import type { CreateOverflow } from "./overflow.js";
import { pushBack } from "./push-back.js";

export interface ChannelRules {
  /** How often one message is delivered, in all, while its handler fails. */
  readonly deliveries: number;
  /** Ids whose effect is done are remembered, and what never took effect is a dead letter. */
  readonly effectsOnce: boolean;
  /** The message that the handler is busy with takes a place in the queue: credits. */
  readonly runningCounts: boolean;
  readonly overflow: (options: SubscribeOptions) => CreateOverflow;
}

export const CHANNEL_RULES: Readonly<Record<ChannelName, ChannelRules>> = {
  marketData: {
    deliveries: 1,
    effectsOnce: false,
    runningCounts: false,
    overflow: ({ whenSlow = "conflate" }) => (whenSlow === "conflate" ? conflate : dropOldest),
  },
  engineLogic: { deliveries: 3, effectsOnce: true, runningCounts: false, overflow: () => pushBack },
  neuralGpu: { deliveries: 1, effectsOnce: false, runningCounts: true, overflow: () => pushBack },
};

export interface BusLimits {
  /** Places in a subscription's queue where it asks for no other number. */
  readonly queue: number;
  /** Publishers that wait for one subscription. */
  readonly waiters: number;
  /** The last ids that one subscription remembers at least; at most twice as many. */
  readonly window: number;
  readonly deadLetters: number;
}

export const BUS_LIMITS: BusLimits = { queue: 1024, waiters: 1024, window: 4096, deadLetters: 1024 };
