// What lies between the nodes: each message takes a drawn time, and faults make the way lossy, slow, doubled, out of order or cut.
import type { ChannelName } from "../contracts/channel.js";
import type { Envelope } from "../contracts/envelope.js";
import type { Random } from "../contracts/random.js";
import type { VirtualClock } from "../kernel/virtual-clock.js";
import { anyOf, FaultLevel, largest } from "./fault-level.js";
import type { SimulatedClock } from "./simulated-clock.js";

/** What faults do to all messages. */
export interface NetworkConditions {
  /** Shares of the messages. */
  readonly dropped: FaultLevel;
  readonly duplicated: FaultLevel;
  readonly reordered: FaultLevel;
  /** How many times longer a message takes. */
  readonly slowdown: FaultLevel;
}

export interface Sent {
  readonly from: string;
  readonly channel: ChannelName;
  readonly topic: string;
  readonly message: Envelope;
}

/** A node's end of the network. */
export interface NetworkEnd {
  readonly nodeId: string;
  readonly clock: SimulatedClock;
  reads(channel: ChannelName, topic: string): boolean;
  receive(channel: ChannelName, topic: string, message: Envelope): void;
}

export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly onSent: (sent: Sent) => void;
}

const LEAST_DELAY_MS = 0.2;
const DELAY_SPREAD_MS = 0.8;
/** What is put out of order comes so much later, at most. */
const REORDER_SPREAD_MS = 50;
/** More than rounding can undo: what is behind another stays behind it. */
const BEHIND_MS = 1e-6;

export class SimulatedNetwork {
  readonly conditions: NetworkConditions = {
    dropped: new FaultLevel(anyOf),
    duplicated: new FaultLevel(anyOf),
    reordered: new FaultLevel(anyOf),
    slowdown: new FaultLevel(largest),
  };
  readonly #options: NetworkOptions;
  /** How many partitions keep a node from all others. */
  readonly #cuts = new Map<string, number>();
  /** Of the nodes that live, by id. */
  readonly #ends = new Map<string, NetworkEnd>();
  /** When the last message in order arrives, by sender and receiver. */
  readonly #lastDueMs = new Map<string, number>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  join(end: NetworkEnd): void {
    this.#ends.set(end.nodeId, end);
  }

  leave(nodeId: string): void {
    this.#ends.delete(nodeId);
  }

  /** What is sent from or to the node from now on is lost; twice is ended by mending twice. */
  cutOff(nodeId: string): void {
    this.#cuts.set(nodeId, (this.#cuts.get(nodeId) ?? 0) + 1);
  }

  mend(nodeId: string): void {
    const left = (this.#cuts.get(nodeId) ?? 0) - 1;
    if (left > 0) this.#cuts.set(nodeId, left);
    else this.#cuts.delete(nodeId);
  }

  /** To every other node that reads the topic. */
  send(sent: Sent): void {
    this.#options.onSent(sent);
    for (const end of this.#ends.values()) {
      if (end.nodeId !== sent.from && end.reads(sent.channel, sent.topic)) this.#carry(sent, end);
    }
  }

  /** How long it takes from or to a node, where the other end is not a node; undefined where it is lost. */
  trip(nodeId: string): number | undefined {
    const { dropped, slowdown } = this.conditions;
    if (this.#cuts.has(nodeId) || this.#happens(dropped)) return undefined;
    return (LEAST_DELAY_MS + DELAY_SPREAD_MS * this.#options.random.next()) * slowdown.value;
  }

  #carry(sent: Sent, to: NetworkEnd): void {
    const { dropped, duplicated } = this.conditions;
    if (this.#cuts.has(sent.from) || this.#cuts.has(to.nodeId)) return;
    if (this.#happens(dropped)) return;
    this.#deliver(sent, to);
    if (this.#happens(duplicated)) this.#deliver(sent, to);
  }

  #deliver(sent: Sent, to: NetworkEnd): void {
    const { clock, random } = this.#options;
    const { reordered, slowdown } = this.conditions;
    const delayMs = (LEAST_DELAY_MS + DELAY_SPREAD_MS * random.next()) * slowdown.value;
    const { channel, topic, message } = sent;
    const receive = (): void => {
      to.receive(channel, topic, message);
    };
    if (this.#happens(reordered)) {
      to.clock.arrive(receive, delayMs + REORDER_SPREAD_MS * random.next());
      return;
    }
    const way = `${sent.from} ${to.nodeId}`;
    const dueMs = Math.max(clock.nowMs() + delayMs, (this.#lastDueMs.get(way) ?? 0) + BEHIND_MS);
    this.#lastDueMs.set(way, dueMs);
    to.clock.arrive(receive, dueMs - clock.nowMs());
  }

  /** Draws only where there is something to decide. */
  #happens({ value }: FaultLevel): boolean {
    return value > 0 && this.#options.random.next() < value;
  }
}
