// The messages about partnerships between this node and others. They may be lost, doubled or late: what they carry is repaired by
// comparing digests.
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Logger } from "../../contracts/logger.js";
import { PartnershipMessageSchema, type PartnershipMessage } from "../../partnerships/messages.js";

export interface PostOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly log: Logger;
  /** Of the network: each node reads its own topic below it. */
  readonly channel: string;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  readonly receive: (message: PartnershipMessage) => void;
}

const QUEUE = 8192;

export class PartnershipPost {
  /** `repeated`: agreements that were told again because digests differed. */
  readonly counts = { sent: 0, received: 0, repeated: 0, refused: 0 };
  readonly #options: PostOptions;
  #subscription: Subscription | undefined;

  constructor(options: PostOptions) {
    this.#options = options;
  }

  open(): void {
    const { bus, nodeId } = this.#options;
    this.#subscription = bus.channel("engineLogic").subscribe(
      this.#topic(nodeId),
      ({ data, source }: Envelope) => {
        this.#read(data, source);
      },
      { name: "partnerships", queue: QUEUE },
    );
  }

  close(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
  }

  send(nodeId: string, message: PartnershipMessage): void {
    const { bus, createEnvelope, log, receive } = this.#options;
    this.counts.sent += 1;
    if (nodeId === this.#options.nodeId) {
      // Never within what it follows from, and never lost.
      queueMicrotask(() => {
        if (this.#subscription !== undefined) receive(message);
      });
      return;
    }
    const topic = this.#topic(nodeId);
    const envelope = createEnvelope(topic, message.type, message);
    const sending = bus.channel("engineLogic").publish(topic, envelope);
    sending?.catch((error: unknown) => {
      log.warn({ err: error, type: message.type, nodeId }, "a partnership message was not taken");
    });
  }

  #topic(nodeId: string): string {
    return `${this.#options.channel}:${nodeId}`;
  }

  #read(data: unknown, source: string): void {
    this.counts.received += 1;
    const parsed = PartnershipMessageSchema.safeParse(data);
    if (parsed.success) {
      this.#options.receive(parsed.data);
      return;
    }
    this.counts.refused += 1;
    const issue = parsed.error.issues[0];
    this.#options.log.warn(
      { source, path: issue?.path.join(".") },
      `a partnership message was refused: ${issue?.message}`,
    );
  }
}
