// Sends each call to the instance that is expected to answer first, keeps its deadline, and tries again where that is safe.
import type { CallOptions, Caller, CallRequest, InstanceLink } from "../contracts/call.js";
import type { Clock } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import type { Lifecycle, OperationIdentity } from "../contracts/identity.js";
import type { Random } from "../contracts/random.js";
import { DeadlineWheel } from "../kernel/deadline-wheel.js";
import { adaptive, type Strategy } from "./adaptive.js";
import { Candidate, InstanceLoad } from "./candidate.js";
import { isFault, naming, noGiver } from "./call-errors.js";
import { PendingCall, type CallOwner } from "./pending-call.js";
import { RetryBudget } from "./retry-budget.js";
import type { Route } from "./route.js";

const MAX_IN_FLIGHT = 65_536;
const MAX_ATTEMPTS = 3;
const DEFAULT_TIMEOUT_MS = 10_000;
/** An operation that is called begins before the call returns: operations that call each other would exhaust the stack. */
const MAX_DEPTH = 32;

/** One instance as discovery knows it. */
export interface RoutableInstance {
  readonly link: InstanceLink;
  readonly lifecycle: Lifecycle;
  /** Its last starts failed: it cannot be expected back. */
  readonly failsToStart?: boolean;
  readonly operations: readonly Pick<OperationIdentity, "id" | "gives" | "effects">[];
}

export interface RouterCounters {
  readonly calls: number;
  readonly failures: number;
  readonly retries: number;
  readonly rejected: number;
  readonly timeouts: number;
}

export interface RouterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly strategy?: Strategy;
  readonly maxInFlight?: number;
}

interface Known {
  readonly load: InstanceLoad;
  /** By operation id and kind. */
  readonly offers: Map<string, Offer>;
}

interface Offer {
  readonly gives: string;
  readonly candidate: Candidate;
}

function newlyKnown(): Known {
  return { load: new InstanceLoad(), offers: new Map() };
}

const KINDS = ["operation", "make", "fetch"] as const;

export class Router implements Caller, CallOwner {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #strategy: Strategy;
  readonly #maxInFlight: number;
  readonly #wheel: DeadlineWheel;
  readonly #budget: RetryBudget;
  readonly #known = new Map<string, Known>();
  #routes = new Map<string, Route>();
  /** The network changed: it is read when it is next needed, however often it changed until then. */
  #unread: (() => readonly RoutableInstance[]) | undefined;
  /** Calls that are being sent within one another. */
  #depth = 0;
  #closed = false;
  /** Kept for its hidden class alone: with no call alive, a full collection drops that, and the optimised code with it. */
  readonly #latest: { call: PendingCall | undefined } = { call: undefined };
  readonly #counters = { calls: 0, failures: 0, retries: 0, rejected: 0, timeouts: 0 };

  constructor({ clock, random, strategy = adaptive, maxInFlight = MAX_IN_FLIGHT }: RouterOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#strategy = strategy;
    this.#maxInFlight = maxInFlight;
    this.#wheel = new DeadlineWheel(clock);
    this.#budget = new RetryBudget(clock.nowMs());
  }

  get counters(): RouterCounters {
    return this.#counters;
  }

  get inFlight(): number {
    return this.#wheel.length;
  }

  /** The network changed; `read` gives it as it is. */
  networkChanged(read: () => readonly RoutableInstance[]): void {
    this.#unread = read;
  }

  /** Replaces what the router knows of the network. Measurements of instances that stay are kept. */
  setInstances(instances: readonly RoutableInstance[]): void {
    const routes = new Map<string, MutableRoute>();
    for (const instance of instances) this.#addInstance(instance, routes);
    const present = new Set(instances.map(({ link }) => link.instanceId));
    for (const id of this.#known.keys()) if (!present.has(id)) this.#known.delete(id);
    this.#routes = routes;
  }

  route(operationId: string): Route | undefined {
    const read = this.#unread;
    if (read !== undefined) {
      this.#unread = undefined;
      this.setInstances(read());
    }
    return this.#routes.get(operationId);
  }

  /** What each instance gave, up or not: measurements outlive a pause. */
  *offers(): Iterable<Offer> {
    this.route(""); // reads the network
    for (const { offers } of this.#known.values()) yield* offers.values();
  }

  call(operationId: string, request: CallRequest, options: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const route = this.route(operationId);
      const nowMs = this.#clock.nowMs();
      this.#counters.calls += 1;
      const refusal = this.#refusal(operationId, options);
      if (refusal !== undefined || route === undefined) {
        this.#counters.rejected += 1;
        reject(refusal ?? noGiver(operationId));
        return;
      }
      const deadlineMs = options.deadlineMs ?? nowMs + DEFAULT_TIMEOUT_MS;
      const call = new PendingCall(this, route, request, options, deadlineMs, resolve, reject);
      this.#wheel.add(call);
      this.#budget.deposit();
      this.#send(call, nowMs);
    });
  }

  /** Ends everything in flight with NOT_SERVING, and refuses what comes later. */
  close(): void {
    this.#closed = true;
    for (const call of this.#wheel.drain()) {
      if (call instanceof PendingCall) call.end(new NautilusError("NOT_SERVING", "the node stopped"));
    }
    this.#wheel.close();
    this.#latest.call = undefined;
  }

  answered(call: PendingCall, value: unknown, nowMs: number): void {
    this.#measure(call, nowMs, true);
    this.#wheel.remove(call);
    call.close();
    this.#latest.call = call;
    call.resolve(value);
  }

  failed(call: PendingCall, error: NautilusError): void {
    const nowMs = this.#clock.nowMs();
    this.#measure(call, nowMs, error.code === "CANCELLED" ? undefined : !isFault(error));
    if (this.#mayRetry(call, error, nowMs)) {
      this.#counters.retries += 1;
      this.#send(call, nowMs);
      return;
    }
    if (error.code === "DEADLINE_EXCEEDED") this.#counters.timeouts += 1;
    this.#counters.failures += 1;
    this.#wheel.remove(call);
    call.close();
    call.reject(error.code === "GIVER_DOWN" ? naming(call.operationId, error) : error);
  }

  #refusal(operationId: string, options: CallOptions): NautilusError | undefined {
    if (this.#closed) return new NautilusError("NOT_SERVING", "the node stopped");
    if (options.signal?.aborted === true) {
      return new NautilusError("CANCELLED", `the caller of ${operationId} had given up already`);
    }
    if (this.#wheel.length >= this.#maxInFlight) {
      return new NautilusError("OVERLOADED", `${this.#maxInFlight} calls are in flight already`);
    }
    return undefined;
  }

  #send(call: PendingCall, nowMs: number): void {
    const candidate = this.#choose(call, nowMs);
    if (candidate === undefined) {
      call.candidate = undefined;
      call.attempts = MAX_ATTEMPTS;
      call.fail(new NautilusError("GIVER_DOWN", `no instance that offers ${call.operationId} is up`));
      return;
    }
    call.candidate = candidate;
    call.attempts += 1;
    call.sentMs = nowMs;
    candidate.load.pending += 1;
    call.options.onAttempt?.(candidate.link.instanceId);
    if (this.#depth < MAX_DEPTH) {
      this.#depth += 1;
      candidate.link.send(call);
      this.#depth -= 1;
    } else {
      queueMicrotask(() => {
        if (!call.ended) candidate.link.send(call);
      });
    }
  }

  #choose(call: PendingCall, nowMs: number): Candidate | undefined {
    // The network may have changed since the call began.
    const route = call.attempts === 0 ? call.route : (this.route(call.operationId) ?? call.route);
    const { up, coming } = route.byKind[call.request.kind];
    let candidates = up.length > 0 ? up : coming;
    const { prefer } = call.options;
    if (prefer !== undefined && call.attempts === 0)
      candidates = narrowed(candidates, ({ link }) => prefer.includes(link.instanceId));
    if (call.candidate !== undefined) candidates = narrowed(candidates, (candidate) => candidate !== call.candidate);
    return candidates.length === 0 ? undefined : this.#strategy.choose(candidates, nowMs, this.#random);
  }

  #mayRetry(call: PendingCall, error: NautilusError, nowMs: number): boolean {
    if (!error.retryable || call.attempts >= MAX_ATTEMPTS || nowMs >= call.deadlineMs || this.#closed) return false;
    // No code proves that nothing began: an operation may pass on what it got from another after it had its effect.
    return !call.route.effects && this.#budget.withdraw(nowMs);
  }

  #measure(call: PendingCall, nowMs: number, success: boolean | undefined): void {
    const { candidate } = call;
    if (candidate === undefined) return;
    candidate.load.pending -= 1;
    // A caller that gave up says nothing about the instance.
    if (success === undefined) return;
    const latencyMs = nowMs - call.sentMs;
    candidate.calls += 1;
    candidate.window.record(success, nowMs);
    // The time to a failure is not the time to an answer.
    if (success || candidate.peakEwmaMs < latencyMs) candidate.observeLatency(latencyMs, nowMs);
    if (call.request.kind === "make") return;
    const exchange = candidate.exchangeWith(call.consumer);
    exchange.latency.record(latencyMs);
    exchange.lastNowMs = nowMs;
    if (!success) exchange.failures += 1;
  }

  #addInstance(instance: RoutableInstance, routes: Map<string, MutableRoute>): void {
    const { link, lifecycle, operations } = instance;
    if (lifecycle === "stopped" || lifecycle === "draining" || instance.failsToStart === true) return;
    const known = this.#known.get(link.instanceId) ?? newlyKnown();
    this.#known.set(link.instanceId, known);
    for (const { id, gives, effects } of operations) {
      const route = routes.get(id) ?? emptyRoute({ operationId: id, gives, effects });
      routes.set(id, route);
      for (const kind of KINDS) {
        const name = `${kind} ${id}`;
        let candidate = known.offers.get(name)?.candidate;
        if (candidate?.link !== link) candidate = new Candidate(link, known.load);
        known.offers.set(name, { gives, candidate });
        const list = lifecycle === "running" ? route.byKind[kind].up : route.byKind[kind].coming;
        list.push(candidate);
      }
    }
  }
}

interface MutableCandidates {
  readonly up: Candidate[];
  readonly coming: Candidate[];
}

interface MutableRoute extends Route {
  readonly byKind: Readonly<Record<CallRequest["kind"], MutableCandidates>>;
}

function emptyRoute(head: Pick<Route, "operationId" | "gives" | "effects">): MutableRoute {
  const none = (): MutableCandidates => ({ up: [], coming: [] });
  return { ...head, byKind: { operation: none(), make: none(), fetch: none() } };
}

/** The candidates that match, or all of them where none does. */
function narrowed(candidates: readonly Candidate[], matches: (candidate: Candidate) => boolean): readonly Candidate[] {
  const narrow = candidates.filter(matches);
  return narrow.length > 0 ? narrow : candidates;
}
