// How this node's discovery messages travel: on the channel, which all of a small network and the greeters of a large one hear,
// and on a topic of each node's own. Validated where they enter, once.
import type { Bus, Pulse, Subscription } from "../../contracts/bus.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Logger } from "../../contracts/logger.js";
import { topics } from "../../contracts/topics.js";
import { DiscoveryMessageSchema, type DiscoveryMessage, type Message } from "../../discovery/messages.js";

export interface DiscoveryMailOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly log: Logger;
  readonly channel: string;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  readonly incarnation: () => number;
  readonly onMessage: (message: DiscoveryMessage) => void;
  /** Something under this node's own name, of that incarnation. */
  readonly onOwn: (incarnation: number) => void;
}

/** Messages of one subscription that may wait for this node. */
const QUEUE = 4096;

export class DiscoveryMail {
  readonly #options: DiscoveryMailOptions;
  readonly #pulse: Pulse | undefined;
  #own: Subscription | undefined;
  #channel: Subscription | undefined;

  constructor(options: DiscoveryMailOptions) {
    this.#options = options;
    this.#pulse = options.bus.createPulse?.();
  }

  open(): void {
    const { channel, nodeId } = this.#options;
    this.#own = this.#subscribe(topics.discovery(channel, nodeId));
    this.hearAll(true);
  }

  /** Whether what is said on the channel is heard too. */
  hearAll(isHeard: boolean): void {
    if (isHeard === (this.#channel !== undefined)) return;
    this.#channel?.close();
    this.#channel = isHeard ? this.#subscribe(this.#options.channel) : undefined;
  }

  close(): void {
    this.#own?.close();
    this.hearAll(false);
    this.#pulse?.disarm();
  }

  toAll(message: DiscoveryMessage): void {
    this.#send(this.#options.channel, message);
  }

  to(nodeId: string, message: DiscoveryMessage): void {
    this.#send(topics.discovery(this.#options.channel, nodeId), message);
  }

  /** What is to be said while this node's event loop does not turn, to those nodes, or to all. */
  arm(nodes: readonly string[] | "all", message: Message<"discovery.heartbeat">, pace: Pace): void {
    if (this.#pulse === undefined) return;
    const { channel } = this.#options;
    const to = nodes === "all" ? [channel] : nodes.map((nodeId) => topics.discovery(channel, nodeId));
    const envelope = { ...this.#envelope(channel, message), data: message };
    this.#pulse.arm({ topics: to, message: envelope, ...pace });
  }

  #subscribe(topic: string): Subscription {
    const { bus } = this.#options;
    const receive = (message: Envelope): void => {
      this.#receive(message);
    };
    return bus.channel("engineLogic").subscribe(topic, receive, { name: "membership", queue: QUEUE });
  }

  #receive({ data, source, incarnation }: Envelope): void {
    const { nodeId, log, onMessage, onOwn } = this.#options;
    if (source === nodeId) {
      onOwn(incarnation);
      return;
    }
    const parsed = DiscoveryMessageSchema.safeParse(data);
    if (parsed.success) {
      onMessage(parsed.data);
      return;
    }
    const issue = parsed.error.issues[0];
    log.warn({ source, path: issue?.path.join(".") }, `discovery message refused: ${issue?.message}`);
  }

  #send(topic: string, message: DiscoveryMessage): void {
    const { bus, log } = this.#options;
    bus
      .channel("engineLogic")
      .publish(topic, this.#envelope(topic, message))
      ?.catch((error: unknown) => {
        log.warn(
          { err: error, type: message.type },
          "a discovery message was not taken; the next heartbeat makes up for it",
        );
      });
  }

  #envelope(topic: string, message: DiscoveryMessage): Envelope {
    const { createEnvelope, incarnation } = this.#options;
    return { ...createEnvelope(topic, message.type, message), incarnation: incarnation() };
  }
}

interface Pace {
  readonly everyMs: number;
  readonly forMs: number;
}
