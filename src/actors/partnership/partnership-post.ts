// Gets the word of one side to the other over a bus that may lose it: said again until it was noted, a few times, and after that
// found out by the digests that nodes compare at an even pace.
import { createHash } from "node:crypto";
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Logger } from "../../contracts/logger.js";
import type { Agreement, PartnershipSide } from "../../contracts/partnership.js";
import { otherSide, pairKey } from "../../partnerships/agreement.js";
import { digestLine, PartnershipMessageSchema, type PartnershipMessage } from "../../partnerships/messages.js";

export interface PostOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the network: each node reads its own topic below it. */
  readonly channel: string;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  readonly isReachable: (nodeId: string) => boolean;
  readonly receive: (message: PartnershipMessage, source: string) => void;
}

interface Unnoted {
  readonly agreement: Agreement;
  readonly to: PartnershipSide;
  tries: number;
  nextMs: number;
}

const QUEUE = 8192;
const FIRST_REPEAT_MS = 1000;
const MAX_TRIES = 5;
/** Words on their way at once; beyond, digests find out what was missed. */
const MAX_UNNOTED = 16_384;

export class PartnershipPost {
  readonly counts = { sent: 0, received: 0, repeated: 0, refused: 0 };
  readonly #options: PostOptions;
  readonly #unnoted = new Map<string, Unnoted>();
  #subscription: Subscription | undefined;
  #timer: TimerHandle | undefined;

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
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#unnoted.clear();
  }

  /** Tells the other side how the agreement stands, until it says that it knows. */
  tell(to: PartnershipSide, agreement: Agreement): void {
    const key = `${to} ${pairKey(agreement)}`;
    const { clock } = this.#options;
    this.#unnoted.delete(key);
    if (this.#unnoted.size < MAX_UNNOTED) {
      this.#unnoted.set(key, { agreement, to, tries: 1, nextMs: clock.nowMs() + FIRST_REPEAT_MS });
      this.#timer ??= clock.setTimeout(this.#repeat, FIRST_REPEAT_MS);
    }
    this.#tellOnce(to, agreement);
  }

  /** The side `by` knows this version, or a later one: it need not be told again. */
  noted(by: PartnershipSide, { pair, born, epoch }: { pair: string; born: Agreement["born"]; epoch: number }): void {
    const key = `${by} ${pair}`;
    const unnoted = this.#unnoted.get(key);
    if (unnoted === undefined) return;
    const { agreement } = unnoted;
    const isSame = agreement.born.incarnation === born.incarnation && agreement.born.ordinal === born.ordinal;
    if (isSame && agreement.epoch <= epoch) this.#unnoted.delete(key);
  }

  /** Tells the other side that this one, `by`, knows the agreement as it stands. */
  note(by: PartnershipSide, agreement: Agreement): void {
    const { born, epoch } = agreement;
    const node = nodeOf(otherSide(by), agreement);
    this.send(node, { type: "partnership.noted", by, pair: pairKey(agreement), born, epoch });
  }

  send(nodeId: string, message: PartnershipMessage): void {
    const { bus, createEnvelope, log } = this.#options;
    const topic = this.#topic(nodeId);
    this.counts.sent += 1;
    bus
      .channel("engineLogic")
      .publish(topic, createEnvelope(topic, message.type, message))
      ?.catch((error: unknown) => {
        log.warn({ err: error, type: message.type, nodeId }, "a partnership message was not taken; it is said again");
      });
  }

  #tellOnce(to: PartnershipSide, agreement: Agreement): void {
    this.send(nodeOf(to, agreement), { type: "partnership.changed", to, agreement });
  }

  #topic(nodeId: string): string {
    return `${this.#options.channel}:${nodeId}`;
  }

  #read(data: unknown, source: string): void {
    this.counts.received += 1;
    const parsed = PartnershipMessageSchema.safeParse(data);
    if (parsed.success) {
      this.#options.receive(parsed.data, source);
      return;
    }
    this.counts.refused += 1;
    const issue = parsed.error.issues[0];
    this.#options.log.warn(
      { source, path: issue?.path.join(".") },
      `a partnership message was refused: ${issue?.message}`,
    );
  }

  readonly #repeat = (): void => {
    const { clock, isReachable } = this.#options;
    const nowMs = clock.nowMs();
    for (const [key, unnoted] of this.#unnoted) {
      if (unnoted.nextMs > nowMs) continue;
      if (unnoted.tries >= MAX_TRIES || !isReachable(nodeOf(unnoted.to, unnoted.agreement))) {
        this.#unnoted.delete(key);
        continue;
      }
      unnoted.nextMs = nowMs + FIRST_REPEAT_MS * 2 ** unnoted.tries;
      unnoted.tries += 1;
      this.counts.repeated += 1;
      this.#tellOnce(unnoted.to, unnoted.agreement);
    }
    this.#timer = this.#unnoted.size > 0 ? clock.setTimeout(this.#repeat, FIRST_REPEAT_MS) : undefined;
  };
}

/** The node on which that side of an agreement lives. */
export function nodeOf(side: PartnershipSide, { consumerNode, providerNode }: Agreement): string {
  return side === "consumer" ? consumerNode : providerNode;
}

/** The same for two nodes that agree on everything between them, in whatever order they came to it. */
export function digestOf(agreements: readonly Agreement[]): string {
  const hash = createHash("sha256");
  for (const line of agreements.map(digestLine).sort()) hash.update(`${line}\n`);
  return hash.digest("hex").slice(0, 32);
}
