// The bus within one process: three channels over EventEmitter3. Messages are handed over as they are, never copied.
import type { Bus } from "../contracts/bus.js";
import { CHANNEL_NAMES, type ChannelName } from "../contracts/channel.js";
import { NautilusError } from "../contracts/errors.js";
import { BUS_LIMITS, type BusLimits } from "./channel-rules.js";
import { DeadLetters } from "./dead-letters.js";
import { createMemoryLeases } from "./memory-leases.js";
import { MemoryChannel } from "./memory-channel.js";

export interface MemoryBusOptions {
  /** Where they differ from the limits that every bus keeps. */
  readonly limits?: Partial<BusLimits>;
}

/**
 * A bus that serves from the beginning until it is stopped. A subscription with nothing to do handles a message before
 * `publish` returns.
 */
export function createMemoryBus(options: MemoryBusOptions = {}): Bus {
  const limits = { ...BUS_LIMITS, ...options.limits };
  const deadLetters = new DeadLetters(limits.deadLetters);
  const createChannel = (name: ChannelName): MemoryChannel =>
    new MemoryChannel(name, { limits, onDeadLetter: (letter) => deadLetters.add(letter) });
  const channels = perChannel(createChannel);
  let stopped = false;
  return {
    channel: (name) => channels[name],
    leases: createMemoryLeases(),
    start: async () => {
      if (stopped) throw new NautilusError("NOT_SERVING", "a stopped bus does not start again");
    },
    stop: async () => {
      stopped = true;
      for (const name of CHANNEL_NAMES) channels[name].stop();
    },
    stats: () => ({
      published: perChannel((name) => channels[name].published),
      subscriptions: perChannel((name) => channels[name].readers.map((reader) => reader.stats)),
      deadLetters: deadLetters.total,
    }),
    deadLetters: () => deadLetters.list(),
  };
}

function perChannel<T>(make: (name: ChannelName) => T): Record<ChannelName, T> {
  return { marketData: make("marketData"), engineLogic: make("engineLogic"), neuralGpu: make("neuralGpu") };
}
