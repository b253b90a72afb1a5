// What one subscription must do, in plain arrays: nothing here is fast, bounded by rings, or asynchronous.
import type { ChannelName } from "../../../../src/contracts/channel.js";
import { PRIORITIES, type Priority } from "../../../../src/contracts/priority.js";
import type { WhenSlow } from "../../../../src/contracts/product.js";

export type Outcome = "succeeds" | "throws" | "later";

/** A message, and what its handler does with it at its first, second and third delivery. */
export interface Script {
  readonly subject: string | undefined;
  readonly priority: Priority;
  readonly outcomes: readonly [Outcome, Outcome, Outcome];
  /** Published by the handler at the first delivery. */
  readonly nested?: Script | undefined;
}

export interface Setting {
  readonly channel: ChannelName;
  readonly whenSlow: WhenSlow;
  readonly queue: number;
  readonly waiters: number;
}

export type End = "taken" | "waiting" | "OVERLOADED" | "NOT_SERVING";

/** Message `number` as published for the `publication`-th time in all. */
interface Item {
  readonly number: number;
  readonly publication: number;
}

const DELIVERIES = { marketData: 1, engineLogic: 3, neuralGpu: 1 };

export class SubscriptionModel {
  readonly scripts: Script[] = [];
  /** Numbers of the messages, as the handler got them. */
  readonly handled: number[] = [];
  /** What became of each publication. */
  readonly ends: End[] = [];
  readonly dead: number[] = [];
  readonly counts = { delivered: 0, conflated: 0, dropped: 0, duplicates: 0, redelivered: 0, failed: 0, refused: 0 };
  running: Item | undefined;
  stopped = false;
  closed = false;
  #queue: Item[] = [];
  #waiters: Item[] = [];
  #attempt = 0;
  readonly #done = new Set<number>();

  constructor(readonly setting: Setting) {}

  get stats(): object {
    return { ...this.counts, queued: this.#queue.length, waiting: this.#waiters.length };
  }

  create(script: Script): number {
    return this.scripts.push(script) - 1;
  }

  publish(number: number): void {
    const item = { number, publication: this.ends.push("taken") - 1 };
    if (this.stopped) this.ends[item.publication] = "NOT_SERVING";
    else if (!this.closed) this.#arrive(item);
  }

  settle(outcome: "succeeds" | "throws"): void {
    const item = this.running;
    if (item === undefined) return;
    this.#attempted(item, outcome);
    this.#catchUp();
  }

  close(end: "taken" | "NOT_SERVING"): void {
    if (this.closed) return;
    this.closed = true;
    this.counts.dropped += this.#queue.length + this.#waiters.length;
    for (const { publication } of this.#waiters) this.ends[publication] = end;
    this.#queue = [];
    this.#waiters = [];
  }

  #arrive(item: Item): void {
    const idle = this.running === undefined;
    if (this.#hasRoom()) this.#queue.push(item);
    else this.#overflow(item);
    if (idle) this.#catchUp();
  }

  #hasRoom(): boolean {
    const running = this.setting.channel === "neuralGpu" && this.running !== undefined ? 1 : 0;
    return this.#queue.length + running < this.setting.queue;
  }

  #overflow(item: Item): void {
    const { channel, whenSlow, waiters } = this.setting;
    if (channel === "marketData") {
      if (whenSlow === "drop" || !this.#conflate(item)) this.#drop(item);
      return;
    }
    this.ends[item.publication] = "waiting";
    this.#waiters.push(item);
    if (this.#waiters.length <= waiters) return;
    const leastUrgent = Math.max(...this.#waiters.map((waiter) => this.#rank(waiter)));
    const refused = this.#waiters.findLast((waiter) => this.#rank(waiter) === leastUrgent) as Item;
    this.#waiters = this.#waiters.filter((waiter) => waiter !== refused);
    this.ends[refused.publication] = "OVERLOADED";
    this.counts.refused += 1;
  }

  #conflate(item: Item): boolean {
    const newest = this.#queue.findLastIndex((other) => this.#sameSubject(other, item));
    const stale = this.#queue.filter((one, at) =>
      this.#queue.slice(at + 1).some((other) => this.#sameSubject(one, other)),
    );
    if (newest >= 0) this.#queue[newest] = item;
    else if (stale.length > 0) this.#queue = [...this.#queue.filter((one) => !stale.includes(one)), item];
    else return false;
    this.counts.conflated += newest >= 0 ? 1 : stale.length;
    return true;
  }

  #drop(item: Item): void {
    this.#queue = [...this.#queue.slice(1), item];
    this.counts.dropped += 1;
  }

  #catchUp(): void {
    while (this.running === undefined && !this.closed) {
      const item = this.#queue.shift() ?? this.#letIn();
      if (item === undefined) return;
      if (this.#done.has(item.number)) {
        this.counts.duplicates += 1;
        this.#refill();
        continue;
      }
      this.running = item;
      this.#attempt = 0;
      this.#refill();
      this.#deliver(item);
    }
  }

  #refill(): void {
    while (this.#waiters.length > 0 && this.#hasRoom()) this.#queue.push(this.#letIn() as Item);
  }

  #letIn(): Item | undefined {
    const item = this.#waiters.shift();
    if (item !== undefined) this.ends[item.publication] = "taken";
    return item;
  }

  #deliver(item: Item): void {
    const script = this.scripts[item.number] as Script;
    const deliveriesBefore = this.handled.filter((number) => number === item.number).length;
    this.#attempt += 1;
    this.handled.push(item.number);
    if (script.nested !== undefined && deliveriesBefore === 0) this.publish(this.create(script.nested));
    const outcome = script.outcomes[deliveriesBefore % 3] as Outcome;
    if (outcome !== "later") this.#attempted(item, outcome);
  }

  #attempted(item: Item, outcome: "succeeds" | "throws"): void {
    const { channel } = this.setting;
    if (outcome === "throws" && this.#attempt < DELIVERIES[channel] && !this.closed) {
      this.counts.redelivered += 1;
      this.#deliver(item);
      return;
    }
    this.running = undefined;
    this.counts[outcome === "throws" ? "failed" : "delivered"] += 1;
    if (channel !== "engineLogic") return;
    if (outcome === "throws") this.dead.push(item.number);
    else this.#done.add(item.number);
  }

  #sameSubject(a: Item, b: Item): boolean {
    return this.scripts[a.number]?.subject === this.scripts[b.number]?.subject;
  }

  #rank({ number }: Item): number {
    return PRIORITIES.indexOf(this.scripts[number]?.priority ?? "normal");
  }
}
