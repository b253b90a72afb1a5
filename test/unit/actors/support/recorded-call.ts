// An open call that counts its ends, as nothing but a test would.
import type { Call, CallRequest, OpenCall } from "../../../../src/contracts/call.js";
import { NautilusError, type ErrorCode } from "../../../../src/contracts/errors.js";
import type { Priority } from "../../../../src/contracts/priority.js";

export class RecordedCall implements OpenCall {
  readonly sentMs = 0;
  readonly consumer = "TEST.1@a";
  readonly correlationId = "test";
  readonly operationId: string;
  readonly request: CallRequest;
  readonly priority: Priority;
  readonly deadlineMs: number;
  /** Every end it was given, also those after the first. */
  readonly ends: (NautilusError | { readonly value: unknown })[] = [];
  readonly #finished: ((call: this) => void)[] = [];
  #abandoned: (() => void) | undefined;
  #gaveUp = false;

  constructor(operationId: string, options: Partial<Pick<Call, "request" | "priority" | "deadlineMs">> = {}) {
    this.operationId = operationId;
    this.request = options.request ?? { kind: "operation", inputs: {} };
    this.priority = options.priority ?? "normal";
    this.deadlineMs = options.deadlineMs ?? 1e9;
  }

  get ended(): boolean {
    return this.#gaveUp || this.ends.length > 0;
  }

  get value(): unknown {
    const end = this.ends[0];
    return end instanceof NautilusError || end === undefined ? undefined : end.value;
  }

  get error(): NautilusError | undefined {
    const end = this.ends[0];
    return end instanceof NautilusError ? end : undefined;
  }

  get code(): ErrorCode | undefined {
    return this.error?.code;
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  succeed(value: unknown): void {
    this.ends.push({ value });
    for (const listener of this.#finished) listener(this);
  }

  fail(error: NautilusError): void {
    this.ends.push(error);
    for (const listener of this.#finished) listener(this);
  }

  onFinished(listener: (call: this) => void): void {
    this.#finished.push(listener);
  }

  /** Nobody waits for it any more. */
  giveUp(): void {
    if (this.ended) return;
    this.#gaveUp = true;
    this.#abandoned?.();
  }
}
