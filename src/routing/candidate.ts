// What one router knows of one instance that gives one operation: counters only, written on every call, read on every choice.
import type { InstanceLink } from "../contracts/call.js";
import { LatencyHistogram } from "../kernel/latency-histogram.js";
import { SuccessWindow } from "../kernel/success-window.js";
import { BreakerGate, type CreateBreaker } from "./breaker-gate.js";

/** Time constant with which a peak of latency is forgotten. */
const DECAY_MS = 10_000;

/** What an instance says of its load with an answer counts half after so many times the latency of its answers. */
const TOLD_FOR = 10;

/** How busy an instance is, over all of its operations. */
export class InstanceLoad {
  /** Calls of this router that it has not answered yet. */
  pending = 0;
  /** Operations for others that it held when it last answered. */
  others = 0;
  #toldMs = 0;

  /** `held`: operations that run or wait there, whoever asked. */
  told(held: number | undefined, nowMs: number): void {
    if (held === undefined) return;
    this.others = held > this.pending ? held - this.pending : 0;
    this.#toldMs = nowMs;
  }

  /** What is left of that by now: it is old news the sooner the faster the instance works. */
  othersAt(nowMs: number, latencyMs: number): number {
    const halfMs = TOLD_FOR * (latencyMs > LEAST_LATENCY_MS ? latencyMs : LEAST_LATENCY_MS);
    return (this.others * halfMs) / (halfMs + nowMs - this.#toldMs);
  }
}

/** Latencies below are too short for a clock to tell. */
const LEAST_LATENCY_MS = 0.001;

/** Data that flowed from the candidate's instance to one consumer. */
export class Exchange {
  /** Of the calls that were answered. */
  readonly latency = new LatencyHistogram();
  failures = 0;
  /** On `Clock.nowMs`. */
  lastNowMs = 0;

  add(latencyMs: number, nowMs: number): void {
    this.latency.record(latencyMs);
    this.lastNowMs = nowMs;
  }

  fail(nowMs: number): void {
    this.failures += 1;
    this.lastNowMs = nowMs;
  }
}

/** Exchanges kept per candidate; the least recently begun one is dropped beyond. */
const MAX_EXCHANGES = 1024;

const NO_CAPABILITIES: ReadonlySet<string> = new Set();

export interface CandidateOptions {
  readonly link: InstanceLink;
  readonly load: InstanceLoad;
  readonly createBreaker?: CreateBreaker | undefined;
  readonly capabilities?: ReadonlySet<string>;
}

export class Candidate {
  readonly link: InstanceLink;
  readonly load: InstanceLoad;
  readonly gate: BreakerGate;
  readonly capabilities: ReadonlySet<string>;
  readonly window = new SuccessWindow();
  readonly exchanges = new Map<string, Exchange>();
  /** Its node is suspected to be dead. */
  isSuspect = false;
  /** Answered so far, well or not. */
  calls = 0;
  /** Serial of the choice that took it last. */
  turn = 0;
  /** Calls of this operation that it has not answered yet, and since when it has answered none of them. */
  open = 0;
  silentSinceMs = 0;
  /** Peak-sensitive moving average: a slower answer counts at once, a faster one by and by; −1 until the first answer. */
  peakEwmaMs = -1;
  #updatedMs = 0;
  #lastConsumer = "";
  #lastExchange: Exchange | undefined = undefined;

  constructor({ link, load, createBreaker, capabilities = NO_CAPABILITIES }: CandidateOptions) {
    this.link = link;
    this.load = load;
    this.gate = new BreakerGate(createBreaker);
    this.capabilities = capabilities;
  }

  sent(nowMs: number): void {
    if (this.open === 0) this.silentSinceMs = nowMs;
    this.open += 1;
    this.load.pending += 1;
  }

  /** A call to it ended; `answered`: by itself. */
  ended(answered: boolean, nowMs: number): void {
    this.open -= 1;
    this.load.pending -= 1;
    if (!answered) return;
    this.silentSinceMs = nowMs;
    this.load.told(this.link.held, nowMs);
  }

  /** Finagle's peak EWMA: jumps to a latency above the average, decays exponentially with time towards one below. */
  observeLatency(ms: number, nowMs: number): void {
    if (this.peakEwmaMs < 0 || ms > this.peakEwmaMs) this.peakEwmaMs = ms;
    else {
      const weight = decay((nowMs - this.#updatedMs) / DECAY_MS);
      this.peakEwmaMs = this.peakEwmaMs * weight + ms * (1 - weight);
    }
    this.#updatedMs = nowMs;
  }

  exchangeWith(consumer: string): Exchange {
    if (consumer === this.#lastConsumer && this.#lastExchange !== undefined) return this.#lastExchange;
    let exchange = this.exchanges.get(consumer);
    if (exchange === undefined) {
      const oldest = this.exchanges.size >= MAX_EXCHANGES ? this.exchanges.keys().next() : undefined;
      if (oldest?.value !== undefined) this.exchanges.delete(oldest.value);
      exchange = new Exchange();
      this.exchanges.set(consumer, exchange);
    }
    this.#lastConsumer = consumer;
    this.#lastExchange = exchange;
    return exchange;
  }
}

/** e^−x; its series where calls follow each other closely, which is when its cost counts. */
function decay(x: number): number {
  return x < 0.001 ? 1 - x + (x * x) / 2 : Math.exp(-x);
}
