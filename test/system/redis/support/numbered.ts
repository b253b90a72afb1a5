// A stream of numbered messages: who published what and what became of it, and who was handed which, how often, in which order.
import { expect } from "vitest";
import type { Bus, Subscription, SubscribeOptions } from "../../../../src/contracts/bus.js";
import type { ChannelName } from "../../../../src/contracts/channel.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { codeOf } from "../../../unit/buses/redis-bus/support/error-code.js";
import { messageOf, type MessageParts } from "../../../unit/buses/redis-bus/support/message.js";
import { until } from "./until.js";

export interface Address {
  readonly channel: ChannelName;
  readonly topic: string;
}

export const LOGIC: Address = { channel: "engineLogic", topic: "faults.logic" };
export const GPU: Address = { channel: "neuralGpu", topic: "faults.gpu" };
export const MARKET: Address = { channel: "marketData", topic: "faults.market" };

/** Publishes 0, 1, 2, … on one topic under a name of its own. */
export class Publisher {
  /** By number: "taken", or the code of the error that its publisher was told. */
  readonly ends = new Map<number, string>();
  #next = 0;

  constructor(
    readonly bus: Bus,
    readonly at: Address,
    readonly name: string,
  ) {}

  /** Begun so far. */
  get count(): number {
    return this.#next;
  }

  publish(count = 1, parts: MessageParts = {}): void {
    for (let left = count; left > 0; left -= 1) {
      const sequence = this.#next++;
      const message = messageOf(this.name, sequence, parts);
      const taken = this.bus.channel(this.at.channel).publish(this.at.topic, message) ?? Promise.resolve();
      taken.then(
        () => this.ends.set(sequence, "taken"),
        (error: unknown) => this.ends.set(sequence, codeOf(error)),
      );
    }
  }

  /** How many ended which way. */
  get outcomes(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const end of this.ends.values()) counts[end] = (counts[end] ?? 0) + 1;
    return counts;
  }

  /** Numbers that ended so. */
  endedAs(end: string): readonly number[] {
    return [...this.ends].filter(([, each]) => each === end).map(([sequence]) => sequence);
  }

  async allSettled(patienceMs?: number): Promise<void> {
    const what = (): string => `${this.name}: ${this.#next - this.ends.size} of ${this.#next} wait for ever`;
    await until(what, () => this.ends.size === this.#next, patienceMs);
  }
}

/** What one subscription was handed. */
export class Ledger {
  readonly messages: Envelope[] = [];
  subscription: Subscription | undefined;

  static read(bus: Bus, at: Address, options: Partial<SubscribeOptions> = {}): Ledger {
    const ledger = new Ledger();
    ledger.subscription = bus.channel(at.channel).subscribe(at.topic, ledger.put, { name: "reader", ...options });
    return ledger;
  }

  readonly put = (message: Envelope): void => {
    this.messages.push(message);
  };

  sequencesOf(publisher: Pick<Publisher, "name">): number[] {
    return this.messages.filter(({ source }) => source === publisher.name).map(({ sequence }) => sequence);
  }

  async holds(publisher: Pick<Publisher, "name">, count: number, patienceMs?: number): Promise<void> {
    const what = (): string => `${count} of ${publisher.name}, have ${listed(this.sequencesOf(publisher))}`;
    await until(what, () => this.sequencesOf(publisher).length >= count, patienceMs);
  }

  /** Each of them once and in order: all that the publisher began. */
  async holdsAllOf(publisher: Publisher, patienceMs?: number): Promise<void> {
    await this.holds(publisher, publisher.count, patienceMs);
    this.expectExactly(publisher, upTo(publisher.count));
  }

  expectExactly(publisher: Pick<Publisher, "name">, sequences: readonly number[]): void {
    expect(this.sequencesOf(publisher)).toEqual(sequences);
  }
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** As runs: 0–41, 43–99. */
function listed(sequences: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const sequence of sequences) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === sequence) run[1] = sequence;
    else runs.push([sequence, sequence]);
  }
  return `${sequences.length}: ${runs.map(([first, last]) => (first === last ? first : `${first}–${last}`)).join(", ")}`;
}
