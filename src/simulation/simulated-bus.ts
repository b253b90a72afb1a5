// One node's end of the bus: a memory bus of its own, which decides how its readers get what comes, and the network beyond it.
import { createMemoryBus } from "../buses/memory-bus.js";
import type { Bus, BusChannel, MessageHandler, Pulse, SubscribeOptions, Subscription } from "../contracts/bus.js";
import { CHANNEL_NAMES, type ChannelName } from "../contracts/channel.js";
import type { Envelope } from "../contracts/envelope.js";
import type { Leases } from "../contracts/lease.js";
import type { SimulatedClock } from "./simulated-clock.js";
import type { NetworkEnd, SimulatedNetwork } from "./simulated-network.js";
import { SimulatedPulse } from "./simulated-pulse.js";

export class SimulatedBus implements Bus, NetworkEnd {
  readonly #local = createMemoryBus();
  readonly #channels: Readonly<Record<ChannelName, SimulatedChannel>>;
  readonly createPulse: () => Pulse;
  readonly leases?: Leases;

  /** @param leases absent where the scenario has nothing that keeps any */
  constructor(
    readonly nodeId: string,
    readonly clock: SimulatedClock,
    { network, leases }: { readonly network: SimulatedNetwork; readonly leases: Leases | undefined },
  ) {
    if (leases !== undefined) this.leases = leases;
    this.createPulse = () => new SimulatedPulse({ nodeId, clock, network });
    const channels = CHANNEL_NAMES.map((name) => [
      name,
      new SimulatedChannel(this.#local.channel(name), (topic, message) => {
        network.send({ from: nodeId, channel: name, topic, message });
      }),
    ]);
    this.#channels = Object.fromEntries(channels) as Record<ChannelName, SimulatedChannel>;
  }

  channel(name: ChannelName): BusChannel {
    return this.#channels[name];
  }

  start(): Promise<void> {
    return this.#local.start();
  }

  stop(): Promise<void> {
    return this.#local.stop();
  }

  stats(): ReturnType<Bus["stats"]> {
    return this.#local.stats();
  }

  deadLetters(): ReturnType<Bus["deadLetters"]> {
    return this.#local.deadLetters();
  }

  reads(channel: ChannelName, topic: string): boolean {
    return this.#channels[channel].reads(topic);
  }

  /** From the network. */
  receive(channel: ChannelName, topic: string, message: Envelope): void {
    // How full the reader is, its publisher hears only within one process.
    void this.#local.channel(channel).publish(topic, message);
  }
}

class SimulatedChannel implements BusChannel {
  readonly #local: BusChannel;
  readonly #forward: (topic: string, message: Envelope) => void;
  /** Open subscriptions by topic. */
  readonly #readers = new Map<string, number>();

  constructor(local: BusChannel, forward: (topic: string, message: Envelope) => void) {
    this.#local = local;
    this.#forward = forward;
  }

  get name(): ChannelName {
    return this.#local.name;
  }

  reads(topic: string): boolean {
    return this.#readers.has(topic);
  }

  publish(topic: string, message: Envelope): Promise<void> | undefined {
    this.#forward(topic, message);
    return this.#local.publish(topic, message);
  }

  subscribe<T>(topic: string, handler: MessageHandler<T>, options: SubscribeOptions): Subscription {
    const subscription = this.#local.subscribe(topic, handler, options);
    this.#readers.set(topic, (this.#readers.get(topic) ?? 0) + 1);
    let isOpen = true;
    return {
      get stats() {
        return subscription.stats;
      },
      close: () => {
        subscription.close();
        if (!isOpen) return;
        isOpen = false;
        const left = (this.#readers.get(topic) ?? 0) - 1;
        if (left > 0) this.#readers.set(topic, left);
        else this.#readers.delete(topic);
      },
    };
  }
}
