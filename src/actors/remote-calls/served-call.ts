// One call from another node, as the instance that serves it sees it.
import type { InstanceLink, OpenCall } from "../../contracts/call.js";
import type { NautilusError } from "../../contracts/errors.js";
import { Expiring } from "../../kernel/deadline-wheel.js";
import type { AnswerLane } from "./answer-lane.js";
import type { CallGroup, PacketCall } from "./packets.js";

/** What the calls of a group share. */
export interface Serving {
  readonly group: CallGroup;
  readonly instance: InstanceLink;
  readonly lane: AnswerLane;
  /** When it came, on `Clock.nowMs`, and by how much the wall clock is ahead of that. */
  readonly sentMs: number;
  readonly aheadMs: number;
  /** It is no longer open here: it was answered, or nobody waits for it. */
  readonly onEnded: (call: ServedCall) => void;
}

export class ServedCall extends Expiring implements OpenCall {
  readonly id: number;
  readonly request: OpenCall["request"];
  readonly correlationId: string;
  readonly deadlineMs: number;
  ended = false;
  readonly #serving: Serving;
  #abandoned: (() => void) | undefined;

  constructor([id, deadlineWallMs, correlationId, request]: PacketCall, serving: Serving) {
    super();
    this.id = id;
    this.request = request;
    this.correlationId = correlationId;
    this.deadlineMs = deadlineWallMs - serving.aheadMs;
    this.#serving = serving;
  }

  get operationId(): string {
    return this.#serving.group.operationId;
  }

  get priority(): OpenCall["priority"] {
    return this.#serving.group.priority;
  }

  get consumer(): string {
    return this.#serving.group.consumer;
  }

  get sentMs(): number {
    return this.#serving.sentMs;
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  succeed(value: unknown): void {
    if (this.ended) return;
    this.#end();
    const { lane, instance } = this.#serving;
    lane.answer(this.id, instance.held, value);
  }

  fail(error: NautilusError): void {
    if (this.ended) return;
    this.#end();
    const { lane, instance } = this.#serving;
    lane.refuse(this.id, instance.held, error);
  }

  abandon(): void {
    if (this.ended) return;
    this.#end();
    this.#abandoned?.();
  }

  /** The caller has given up by its own clock. */
  override expire(): void {
    this.abandon();
  }

  #end(): void {
    this.ended = true;
    this.#serving.onEnded(this);
  }
}
