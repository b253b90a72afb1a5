// Calls from other nodes to instances on this one: the answering side.
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { InstanceLink, OpenCall } from "../../contracts/call.js";
import type { Clock } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import { NautilusError } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { topics } from "../../contracts/topics.js";
import { DeadlineWheel, Expiring } from "../../kernel/deadline-wheel.js";
import { CallFrameSchema, CancelFrameSchema, isPlainlyCall, type CallFrame, type ReplyFrame } from "./frames.js";

export interface CallServerOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  /** Whether a call that was meant for that start of the node may be answered by this one. */
  readonly accepts: (incarnation: number) => boolean;
  readonly localInstance: (instanceId: string) => InstanceLink | undefined;
}

/** Calls from other nodes that may be open here at once. */
const MAX_OPEN = 16_384;
const CALL_QUEUE = 8192;

export class CallServer {
  readonly #options: CallServerOptions;
  readonly #open = new Map<string, ServedCall>();
  readonly #wheel: DeadlineWheel;
  #subscription: Subscription | undefined;

  constructor(options: CallServerOptions) {
    this.#options = options;
    this.#wheel = new DeadlineWheel(options.clock);
  }

  open(): void {
    const { bus, nodeId } = this.#options;
    this.#subscription = bus.channel("engineLogic").subscribe(
      topics.calls(nodeId),
      ({ data }) => {
        this.#receive(data);
      },
      { name: "calls", queue: CALL_QUEUE },
    );
  }

  close(): void {
    this.#subscription?.close();
    for (const call of this.#open.values()) call.abandon();
    this.#wheel.close();
  }

  #receive(data: unknown): void {
    if (isPlainlyCall(data)) {
      this.#serve(data);
      return;
    }
    // Asked before it is parsed: a frame that does not fit a schema costs more than one that does, and most are calls.
    const cancel = isCancel(data) ? CancelFrameSchema.safeParse(data) : undefined;
    if (cancel?.success === true) {
      this.#open.get(cancel.data.callId)?.abandon();
      return;
    }
    const parsed = CallFrameSchema.safeParse(data);
    if (parsed.success) this.#serve(parsed.data);
    else {
      const issue = parsed.error.issues[0];
      this.#options.log.warn({ path: issue?.path.join(".") }, `a call was refused: ${issue?.message}`);
    }
  }

  #serve(frame: CallFrame): void {
    const { localInstance, accepts, clock } = this.#options;
    const { callId, replyTo } = frame;
    const instance = localInstance(frame.instanceId);
    const reply = (value: unknown): void => {
      this.#forget(callId);
      this.#reply(replyTo, { callId, held: instance?.held, value });
    };
    const refuse = (error: NautilusError): void => {
      this.#forget(callId);
      const details = { ...error.details };
      this.#reply(replyTo, { callId, held: instance?.held, error: { ...error.toRecord(), details } });
    };
    if (instance === undefined) {
      refuse(new NautilusError("GIVER_DOWN", `${frame.instanceId} is not on this node`));
    } else if (!accepts(frame.incarnation)) {
      // It may have had its effect before the node was started anew: whoever asked was told that the node was lost.
      refuse(new NautilusError("GIVER_DOWN", `${frame.instanceId} was started anew since it was called`));
    } else if (this.#open.size >= MAX_OPEN) {
      refuse(new NautilusError("OVERLOADED", `${MAX_OPEN} calls from other nodes are open already`));
    } else {
      const forget = (): void => {
        this.#forget(callId);
      };
      const call = new ServedCall(frame, clock, { reply, refuse, forget });
      this.#open.set(callId, call);
      this.#wheel.add(call, call.deadlineMs);
      instance.send(call);
    }
  }

  #forget(callId: string): void {
    const call = this.#open.get(callId);
    if (call === undefined) return;
    this.#open.delete(callId);
    this.#wheel.remove(call);
  }

  #reply(replyTo: string, frame: ReplyFrame): void {
    const { bus, createEnvelope, log } = this.#options;
    const topic = topics.replies(replyTo);
    bus
      .channel("engineLogic")
      .publish(topic, createEnvelope(topic, "call.answered", frame))
      ?.catch((error: unknown) => {
        log.warn({ err: error, callId: frame.callId }, "an answer was not taken; the caller's deadline ends its call");
      });
  }
}

function isCancel(data: unknown): boolean {
  return typeof data === "object" && data !== null && "cancelled" in data;
}

interface Answering {
  readonly reply: (value: unknown) => void;
  readonly refuse: (error: NautilusError) => void;
  readonly forget: () => void;
}

class ServedCall extends Expiring implements OpenCall {
  readonly operationId: string;
  readonly request: OpenCall["request"];
  readonly priority: OpenCall["priority"];
  readonly consumer: string;
  readonly correlationId: string;
  readonly deadlineMs: number;
  readonly sentMs: number;
  readonly #answering: Answering;
  ended = false;
  #abandoned: (() => void) | undefined;

  constructor(frame: CallFrame, clock: Clock, answering: Answering) {
    super();
    this.operationId = frame.operationId;
    this.request = frame.request;
    this.priority = frame.priority;
    this.consumer = frame.consumer;
    this.correlationId = frame.correlationId;
    this.sentMs = clock.nowMs();
    this.deadlineMs = this.sentMs + frame.deadlineWallMs - clock.wallMs();
    this.#answering = answering;
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  succeed(value: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.#answering.reply(value);
  }

  fail(error: NautilusError): void {
    if (this.ended) return;
    this.ended = true;
    this.#answering.refuse(error);
  }

  abandon(): void {
    if (this.ended) return;
    this.ended = true;
    this.#answering.forget();
    this.#abandoned?.();
  }

  /** The caller has given up by its own clock. */
  override expire(): void {
    this.abandon();
  }
}
