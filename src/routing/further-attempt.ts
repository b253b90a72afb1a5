// An attempt of a call beyond its first: the instance sees the same call, but its end is its own.
import type { Call, CallRequest, OpenCall } from "../contracts/call.js";
import type { NautilusError } from "../contracts/errors.js";
import type { Priority } from "../contracts/priority.js";
import type { Candidate } from "./candidate.js";
import type { Choice } from "./choice.js";

/** The call that is tried once more. */
interface TriedCall extends Call {
  readonly isOver: boolean;
}

interface AttemptOwner<C> {
  answered(call: C, attempt: FurtherAttempt, value: unknown, nowMs: number): void;
  failed(call: C, attempt: FurtherAttempt, error: NautilusError): void;
}

export class FurtherAttempt implements OpenCall {
  candidate: Candidate | undefined = undefined;
  choice: Choice | undefined = undefined;
  sentMs = 0;
  readonly #call: TriedCall;
  readonly #answer: (value: unknown, nowMs: number) => void;
  readonly #fail: (error: NautilusError) => void;
  #isOver = false;
  #abandoned: (() => void) | undefined;

  constructor(call: TriedCall, owner: AttemptOwner<never>) {
    this.#call = call;
    this.#answer = (value, nowMs) => {
      owner.answered(call as never, this, value, nowMs);
    };
    this.#fail = (error) => {
      owner.failed(call as never, this, error);
    };
  }

  get operationId(): string {
    return this.#call.operationId;
  }

  get request(): CallRequest {
    return this.#call.request;
  }

  get priority(): Priority {
    return this.#call.priority;
  }

  get deadlineMs(): number {
    return this.#call.deadlineMs;
  }

  get consumer(): string {
    return this.#call.consumer;
  }

  get correlationId(): string {
    return this.#call.correlationId;
  }

  get isOut(): boolean {
    return !this.#isOver;
  }

  get ended(): boolean {
    return this.#isOver || this.#call.isOver;
  }

  succeed(value: unknown, nowMs: number): void {
    if (this.ended) return;
    this.#isOver = true;
    this.#answer(value, nowMs);
  }

  fail(error: NautilusError): void {
    if (this.ended) return;
    this.#isOver = true;
    this.#fail(error);
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  giveUp(): void {
    this.#isOver = true;
    this.#abandoned?.();
  }
}
