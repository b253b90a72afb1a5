// A call between its acceptance by the router and its one end. It is its own first attempt; further ones are made when needed.
import type { CallOptions, CallRequest, OpenCall } from "../contracts/call.js";
import { NautilusError } from "../contracts/errors.js";
import type { Priority } from "../contracts/priority.js";
import { Expiring } from "../kernel/deadline-wheel.js";
import type { Candidate } from "./candidate.js";
import type { Choice } from "./choice.js";
import { FurtherAttempt } from "./further-attempt.js";
import type { Route } from "./route.js";

/** One sending of a call to one instance. */
export interface Attempt extends OpenCall {
  candidate: Candidate | undefined;
  choice: Choice | undefined;
  sentMs: number;
  /** No answer to it came, and it was not given up. */
  readonly isOut: boolean;
  /** Tells the instance that nobody waits for this attempt any more. */
  giveUp(): void;
}

/** What a pending call tells its router. */
export interface CallOwner {
  answered(call: PendingCall, attempt: Attempt, value: unknown, nowMs: number): void;
  failed(call: PendingCall, attempt: Attempt, error: NautilusError): void;
  /** Its caller gave up. */
  cancelled(call: PendingCall, error: NautilusError): void;
  /** The time that it named is past. */
  expired(call: PendingCall): void;
}

export class PendingCall extends Expiring implements OpenCall, Attempt {
  attempts = 0;
  candidate: Candidate | undefined = undefined;
  choice: Choice | undefined = undefined;
  sentMs = 0;
  /** Where what its first attempt was chosen from is kept, see `Selector`; −1 where it is not. */
  snapshot = -1;
  /** When a second attempt goes out; absent without hedging. */
  hedgeAtMs: number | undefined = undefined;
  /** It had its one end. */
  isOver = false;
  /** Instances that had an attempt which is over. */
  tried: string[] | undefined = undefined;
  /** Attempts beyond the first that are open. */
  further: FurtherAttempt[] | undefined = undefined;
  readonly #owner: CallOwner;
  /** The first attempt is over, the call goes on. */
  #movedOn = false;
  #abandoned: (() => void) | undefined = undefined;
  #unlisten: (() => void) | undefined = undefined;

  // eslint-disable-next-line @typescript-eslint/max-params -- an object of options would be one more allocation per call
  constructor(
    owner: CallOwner,
    readonly route: Route,
    readonly request: CallRequest,
    readonly options: CallOptions,
    readonly deadlineMs: number,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: NautilusError) => void,
  ) {
    super();
    this.#owner = owner;
    if (options.signal !== undefined) this.#listen(options.signal);
  }

  get operationId(): string {
    return this.route.operationId;
  }

  get priority(): Priority {
    return this.options.priority ?? "normal";
  }

  get consumer(): string {
    return this.options.consumer;
  }

  get correlationId(): string {
    return this.options.correlationId ?? "";
  }

  /** Its first attempt, and nothing asked of who gets it. */
  get isPlain(): boolean {
    const { prefer, capabilities } = this.options;
    return this.attempts === 0 && this.tried === undefined && prefer === undefined && capabilities === undefined;
  }

  get isOut(): boolean {
    return !this.#movedOn;
  }

  /** As its first attempt's instance sees it. */
  get ended(): boolean {
    return this.isOver || this.#movedOn;
  }

  succeed(value: unknown, nowMs: number): void {
    if (!this.ended) this.#owner.answered(this, this, value, nowMs);
  }

  fail(error: NautilusError): void {
    if (!this.ended) this.#owner.failed(this, this, error);
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  override expire(): void {
    if (!this.isOver) this.#owner.expired(this);
  }

  /** Marks the first attempt as over, without telling anybody. */
  moveOn(): void {
    this.#movedOn = true;
  }

  giveUp(): void {
    this.#movedOn = true;
    this.#abandoned?.();
  }

  /** Attempts that wait for an answer. */
  openAttempts(): readonly Attempt[] {
    const first = this.candidate !== undefined && !this.ended ? [this] : [];
    return [...first, ...(this.further ?? [])];
  }

  /** A further attempt, for the instance to see. */
  addAttempt(): FurtherAttempt {
    const attempt = new FurtherAttempt(this, this.#owner);
    this.further = [...(this.further ?? []), attempt];
    return attempt;
  }

  /** The attempt is over; what it says later does not count. */
  attemptOver(attempt: Attempt): void {
    if (attempt === this) this.moveOn();
    else this.further = this.further?.filter((other) => other !== attempt);
    if (attempt.candidate !== undefined) (this.tried ??= []).push(attempt.candidate.link.instanceId);
  }

  /** Marks the end; the router calls it exactly once. */
  close(): void {
    this.isOver = true;
    this.#unlisten?.();
  }

  #listen(signal: AbortSignal): void {
    const cancel = (): void => {
      if (this.isOver) return;
      this.#owner.cancelled(this, new NautilusError("CANCELLED", `the caller of ${this.operationId} gave up`));
    };
    signal.addEventListener("abort", cancel, { once: true });
    this.#unlisten = (): void => {
      signal.removeEventListener("abort", cancel);
    };
  }
}
