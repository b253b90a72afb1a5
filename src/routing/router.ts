// Sends each call to the instance that is expected to answer first, keeps its deadline, and tries again where that is safe.
import type { CallOptions, Caller, CallRequest } from "../contracts/call.js";
import type { Clock } from "../contracts/clock.js";
import { NautilusError } from "../contracts/errors.js";
import { DeadlineWheel } from "../kernel/deadline-wheel.js";
import { LEAST_SHARE, refusalOf, stopped } from "./admission.js";
import { AttemptBook } from "./attempt-book.js";
import { isFault, mayGoElsewhere, naming, nobodyUp, noGiver, timedOut } from "./call-errors.js";
import type { Candidate } from "./candidate.js";
import type { Choice } from "./choice.js";
import { ChoiceRecords } from "./choice-records.js";
import { Delivery } from "./delivery.js";
import { hedgeAtMs, patienceMs } from "./patience.js";
import { PendingCall, type Attempt, type CallOwner } from "./pending-call.js";
import { RetryBudget } from "./retry-budget.js";
import type { Candidates, Route } from "./route.js";
import { RouteTable, type Miss, type Offer, type RoutableInstance } from "./route-table.js";
import { NO_CALLS, type RouterCounters, type RouterOptions } from "./router-options.js";
import { Selector } from "./selector.js";
import { adaptive } from "./strategies/adaptive.js";
import type { Strategy } from "./strategy.js";

const MAX_IN_FLIGHT = 65_536;
const MAX_ATTEMPTS = 3;
const DEFAULT_TIMEOUT_MS = 10_000;
/** One call in 64 is kept as the latest. */
const KEEP_MASK = 63;
const SAMPLE_EVERY = 1024;
export class Router implements Caller, CallOwner {
  readonly records: ChoiceRecords;
  readonly #clock: Clock;
  readonly #maxInFlight: number;
  readonly #plentyOfRoom: number;
  readonly #hedges: boolean;
  readonly #wheel: DeadlineWheel;
  readonly #budget: RetryBudget;
  readonly #table: RouteTable;
  readonly #selector: Selector;
  readonly #book: AttemptBook;
  readonly #delivery = new Delivery();
  #closed = false;
  /** Kept for its hidden class alone: with no call alive, a full collection drops that, and the optimised code with it. */
  readonly #latest: { call: PendingCall | undefined } = { call: undefined };
  readonly #counters = { ...NO_CALLS };

  constructor(options: RouterOptions) {
    const { clock, random, strategy = adaptive, maxInFlight = MAX_IN_FLIGHT, preferences, hedge = false } = options;
    this.#clock = clock;
    this.#maxInFlight = maxInFlight;
    this.#plentyOfRoom = LEAST_SHARE * maxInFlight;
    this.#hedges = hedge;
    this.#wheel = new DeadlineWheel(clock);
    this.#budget = new RetryBudget(clock.nowMs());
    this.#table = new RouteTable(options.createBreaker);
    const { records = "all", sampleEvery = SAMPLE_EVERY } = options;
    this.#selector = new Selector({ strategy, random, preferences, sampleEvery, keepsAll: records === "all" });
    this.records = new ChoiceRecords(strategy, clock);
    this.#book = new AttemptBook(this.#selector, this.records, this.#table);
  }

  get strategy(): Strategy {
    return this.#selector.strategy;
  }

  get counters(): RouterCounters {
    return this.#counters;
  }

  get inFlight(): number {
    return this.#wheel.length;
  }

  /** The network changed; `read` gives it as it is, and is called when it is next needed. Measurements of instances that stay are kept. */
  networkChanged(read: () => readonly RoutableInstance[]): void {
    this.#table.changed(read);
  }

  route(operationId: string): Route | undefined {
    return this.#table.get(operationId);
  }

  routes(): readonly Route[] {
    return this.#table.all();
  }

  /** What each instance gave, up or not: measurements outlive a pause. */
  offers(): Iterable<Offer> {
    return this.#table.offers();
  }

  /** What they were asked to make, they did not give. */
  missed(miss: Miss): void {
    this.#table.missed(miss, this.#clock.nowMs());
  }

  call(operationId: string, request: CallRequest, options: CallOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const route = this.#table.get(operationId);
      const nowMs = this.#clock.nowMs();
      this.#counters.calls += 1;
      const refusal = this.#isOpenTo(options) ? undefined : this.#refusal(operationId, options);
      if (refusal !== undefined || route === undefined) {
        this.#counters.rejected += 1;
        if (refusal?.code === "OVERLOADED") this.#counters.shed += 1;
        reject(refusal ?? noGiver(operationId));
        return;
      }
      const deadlineMs = options.deadlineMs ?? nowMs + DEFAULT_TIMEOUT_MS;
      const call = new PendingCall(this, route, request, options, deadlineMs, resolve, reject);
      this.#budget.deposit();
      this.#begin(call, route.byKind[request.kind], nowMs);
    });
  }

  /** Ends everything in flight with NOT_SERVING, and refuses what comes later. */
  close(): void {
    this.#closed = true;
    for (const call of this.#wheel.drain()) {
      if (call instanceof PendingCall) this.cancelled(call, stopped());
    }
    this.#wheel.close();
    this.#table.close();
    this.#latest.call = undefined;
  }

  // eslint-disable-next-line @typescript-eslint/max-params -- an object would be one more allocation per call
  answered(call: PendingCall, attempt: Attempt, value: unknown, nowMs: number): void {
    this.#book.answered(call, attempt, nowMs);
    this.#wheel.remove(call);
    call.close();
    if (attempt !== call || call.further !== undefined) this.#giveUpOthers(call, attempt, nowMs);
    if ((this.#counters.calls & KEEP_MASK) === 0) this.#latest.call = call;
    call.resolve(value);
  }

  failed(call: PendingCall, attempt: Attempt, error: NautilusError): void {
    const nowMs = this.#clock.nowMs();
    const success = error.code === "CANCELLED" ? undefined : !isFault(error);
    this.#book.ended(call, attempt, { success, answered: true, code: error.code, nowMs });
    call.attemptOver(attempt);
    // Another attempt of it is still out.
    if (call.openAttempts().length > 0) return;
    if (error.retryable && this.#retry(call, nowMs)) return;
    this.#finish(call, error);
  }

  cancelled(call: PendingCall, error: NautilusError): void {
    const nowMs = this.#clock.nowMs();
    const open = call.openAttempts();
    this.#finish(call, error);
    for (const attempt of open) this.#book.release(call, attempt, { success: undefined, code: error.code, nowMs });
  }

  expired(call: PendingCall): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= call.deadlineMs) this.#timeOut(call, nowMs);
    else if (call.hedgeAtMs !== undefined) this.#hedge(call, nowMs);
    else this.#stalled(call, nowMs);
  }

  /** What most calls are, at once. */
  #isOpenTo({ signal }: CallOptions): boolean {
    return signal === undefined && !this.#closed && this.#wheel.length < this.#plentyOfRoom;
  }

  #refusal(operationId: string, options: CallOptions): NautilusError | undefined {
    const room = { inFlight: this.#wheel.length, maxInFlight: this.#maxInFlight };
    return this.#closed ? stopped() : refusalOf(operationId, options, room);
  }

  #begin(call: PendingCall, candidates: Candidates, nowMs: number): void {
    const plain = this.#selector.selectPlain(candidates, call, nowMs);
    if (plain !== undefined) {
      this.#dispatch(call, call, plain, nowMs, candidates.up.length > 1);
      return;
    }
    const choice = this.#selector.select(candidates, call, nowMs);
    if (choice === undefined) this.#finish(call, nobodyUp(call.operationId));
    else this.#send(call, call, choice);
  }

  #send(call: PendingCall, attempt: Attempt, choice: Choice): void {
    const { taken: candidate, nowMs } = choice;
    attempt.choice = choice;
    if (choice.isTrial) choice.trialPeriod = candidate.gate.beginTrial();
    this.#dispatch(call, attempt, candidate, nowMs, choice.considered > 1 && choice.from === "running");
  }

  // eslint-disable-next-line @typescript-eslint/max-params -- an object would be one more allocation per call
  #dispatch(call: PendingCall, attempt: Attempt, candidate: Candidate, nowMs: number, hasOthers: boolean): void {
    attempt.candidate = candidate;
    attempt.sentMs = nowMs;
    call.attempts += 1;
    const dueMs = hasOthers && !call.route.effects ? patienceMs(call, candidate, nowMs) : call.deadlineMs;
    candidate.sent(nowMs);
    if (call.hedgeAtMs !== undefined) call.hedgeAtMs = undefined;
    else if (attempt === call && dueMs < call.deadlineMs && (call.options.hedge ?? this.#hedges)) {
      call.hedgeAtMs = hedgeAtMs(candidate, nowMs);
    }
    this.#wheel.add(call, call.hedgeAtMs ?? dueMs);
    call.options.onAttempt?.(candidate.link.instanceId);
    this.#delivery.send(attempt, candidate.link);
  }

  /** One more attempt elsewhere; false where that is not safe, not within the budget, or has nowhere to go. */
  #retry(call: PendingCall, nowMs: number): boolean {
    if (!this.#mayTryAgain(call, nowMs)) return false;
    const choice = this.#selectAgain(call, nowMs);
    if (choice === undefined || !this.#isAffordable(nowMs)) return false;
    this.#counters.retries += 1;
    this.#wheel.remove(call);
    this.#send(call, call.addAttempt(), choice);
    return true;
  }

  #isAffordable(nowMs: number): boolean {
    if (this.#budget.withdraw(nowMs)) return true;
    this.#counters.unaffordable += 1;
    return false;
  }

  /** No code proves that nothing began: an operation may pass on what it got from another after it had its effect. */
  #mayTryAgain(call: PendingCall, nowMs: number): boolean {
    return !call.route.effects && call.attempts < MAX_ATTEMPTS && nowMs < call.deadlineMs && !this.#closed;
  }

  /** The network may have changed since the call began. */
  #selectAgain(call: PendingCall, nowMs: number): Choice | undefined {
    const route = this.#table.get(call.operationId) ?? call.route;
    return this.#selector.select(route.byKind[call.request.kind], call, nowMs);
  }

  /** It takes far longer than was to be expected: elsewhere it may still be in time. */
  #stalled(call: PendingCall, nowMs: number): void {
    const [attempt, ...others] = call.openAttempts();
    const choice = others.length === 0 ? this.#elsewhere(call, attempt, nowMs) : undefined;
    if (attempt === undefined || choice === undefined) {
      this.#wheel.add(call, call.deadlineMs);
      return;
    }
    this.#counters.stalls += 1;
    this.#counters.retries += 1;
    // One that answers others meanwhile is alive: it may have been given more to do than usual.
    const isSilent = (attempt.candidate?.silentSinceMs ?? 0) <= attempt.sentMs;
    this.#book.release(call, attempt, { success: isSilent ? false : undefined, code: "DEADLINE_EXCEEDED", nowMs });
    call.attemptOver(attempt);
    this.#send(call, call.addAttempt(), choice);
  }

  #hedge(call: PendingCall, nowMs: number): void {
    call.hedgeAtMs = undefined;
    const choice = this.#elsewhere(call, call, nowMs);
    if (choice === undefined) {
      this.#wheel.add(call, call.deadlineMs);
      return;
    }
    this.#counters.hedges += 1;
    choice.keepFor = "hedge";
    this.#send(call, call.addAttempt(), choice);
  }

  /** Another instance than that of the attempt, where a further attempt is safe and within the budget. */
  #elsewhere(call: PendingCall, attempt: Attempt | undefined, nowMs: number): Choice | undefined {
    if (attempt?.candidate === undefined || !this.#mayTryAgain(call, nowMs)) return undefined;
    (call.tried ??= []).push(attempt.candidate.link.instanceId);
    const choice = this.#selectAgain(call, nowMs);
    if (choice === undefined || choice.taken === attempt.candidate) return undefined;
    return this.#isAffordable(nowMs) ? choice : undefined;
  }

  #timeOut(call: PendingCall, nowMs: number): void {
    const { operationId } = call;
    const open = call.openAttempts();
    const waitedFor = open.at(-1)?.candidate;
    const up = this.#table.get(operationId)?.byKind[call.request.kind].up ?? [];
    this.#counters.timeouts += 1;
    // It waited for an instance to come back: that it did not is the reason, not that it was slow.
    const isDown = waitedFor !== undefined && !up.includes(waitedFor);
    const error = timedOut(operationId, waitedFor?.link.instanceId, isDown);
    this.#finish(call, error);
    for (const attempt of open) this.#book.release(call, attempt, { success: false, code: error.code, nowMs });
  }

  #finish(call: PendingCall, error: NautilusError): void {
    this.#counters.failures += 1;
    if (error.code === "OVERLOADED") this.#counters.shed += 1;
    this.#wheel.remove(call);
    call.close();
    call.reject(mayGoElsewhere(error) ? naming(call.operationId, error) : error);
  }

  #giveUpOthers(call: PendingCall, answered: Attempt, nowMs: number): void {
    const others = [call as Attempt, ...(call.further ?? [])].filter(
      (attempt) => attempt !== answered && attempt.isOut && attempt.candidate !== undefined,
    );
    for (const attempt of others) this.#book.release(call, attempt, { success: undefined, code: null, nowMs });
  }
}
