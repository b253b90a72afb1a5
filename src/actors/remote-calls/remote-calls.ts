// Calls to instances on other nodes, over the engineLogic channel: the asking side. A call to a node that is lost fails at once.
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { InstanceLink, OpenCall } from "../../contracts/call.js";
import type { Clock } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import type { Ids } from "../../contracts/ids.js";
import type { Logger } from "../../contracts/logger.js";
import { topics } from "../../contracts/topics.js";
import { isPlainlyAnswer, ReplyFrameSchema, type CallFrame, type CancelFrame } from "./frames.js";

export interface RemoteCallsOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  /** Of another node, as the network knows it; 0 where it does not. */
  readonly incarnationOf: (nodeId: string) => number;
  /** Calls to the node were given up one after the other, and it answered none meanwhile. */
  readonly onSilent: (nodeId: string) => void;
}

interface Waiting {
  readonly call: OpenCall;
  readonly nodeId: string;
  readonly link: RemoteLink;
}

interface RemoteLink extends InstanceLink {
  held: number | undefined;
}

const REPLY_QUEUE = 8192;
/** Calls given up in a row that make a node's silence worth telling of. */
const GIVEN_UP_IN_A_ROW = 3;

export class RemoteCalls {
  readonly #options: RemoteCallsOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** By node: calls given up since it last answered one. */
  readonly #givenUp = new Map<string, number>();
  #subscription: Subscription | undefined;

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
  }

  open(): void {
    const { bus, nodeId } = this.#options;
    this.#subscription = bus.channel("engineLogic").subscribe(
      topics.replies(nodeId),
      ({ data, source }) => {
        // Also what it answers too late shows that it lives.
        this.#givenUp.delete(source);
        this.#receive(data);
      },
      { name: "replies", queue: REPLY_QUEUE },
    );
  }

  close(): void {
    this.#subscription?.close();
    for (const [callId] of this.#waiting) this.#fail(callId, new NautilusError("NOT_SERVING", "the node stopped"));
  }

  /** The way to an instance on another node. */
  linkTo(instanceId: string, nodeId: string): InstanceLink {
    const link: RemoteLink = {
      instanceId,
      held: undefined,
      send: (call) => {
        this.#send(call, link, nodeId);
      },
    };
    return link;
  }

  /** Everything that waits for the node fails, retryable: it will not answer. */
  nodeLost(nodeId: string): void {
    this.#givenUp.delete(nodeId);
    for (const [callId, waiting] of this.#waiting) {
      if (waiting.nodeId === nodeId) this.#fail(callId, new NautilusError("GIVER_DOWN", `node ${nodeId} was lost`));
    }
  }

  #send(call: OpenCall, link: RemoteLink, nodeId: string): void {
    const { clock, ids, nodeId: replyTo, incarnationOf } = this.#options;
    const callId = ids.next("call");
    const { operationId, request, priority, consumer, correlationId } = call;
    const deadlineWallMs = clock.wallMs() + call.deadlineMs - clock.nowMs();
    // One literal: spreading a part of it into another costs more than all the rest.
    const frame: CallFrame = {
      callId,
      replyTo,
      instanceId: link.instanceId,
      incarnation: incarnationOf(nodeId),
      operationId,
      request: request as CallFrame["request"],
      priority,
      deadlineWallMs,
      consumer,
      correlationId,
    };
    this.#waiting.set(callId, { call, nodeId, link });
    call.onAbandoned(() => {
      if (!this.#waiting.delete(callId)) return;
      this.#noteGivenUp(nodeId);
      const cancel: CancelFrame = { callId, cancelled: true };
      this.#publish(nodeId, "call.cancel", cancel)?.catch(() => undefined); // its deadline ends it there as well
    });
    this.#publish(nodeId, "call.make", frame)?.catch((error: unknown) => {
      this.#fail(callId, toNautilusError(error));
    });
  }

  #publish(nodeId: string, type: string, frame: CallFrame | CancelFrame): Promise<void> | undefined {
    const { bus, createEnvelope } = this.#options;
    const topic = topics.calls(nodeId);
    return bus.channel("engineLogic").publish(topic, createEnvelope(topic, type, frame));
  }

  #receive(data: unknown): void {
    const parsed = isPlainlyAnswer(data) ? { success: true as const, data } : ReplyFrameSchema.safeParse(data);
    if (!parsed.success) {
      this.#options.log.warn({ issue: parsed.error.issues[0]?.message }, "a reply was refused: it does not fit");
      return;
    }
    const { callId, error, held } = parsed.data;
    const waiting = this.#waiting.get(callId);
    // Before the call ends: whoever waits for it looks.
    if (waiting !== undefined && held !== undefined) waiting.link.held = held;
    if (error !== undefined) this.#fail(callId, NautilusError.fromRecord(error));
    else this.#take(callId)?.call.succeed((parsed.data as { value: unknown }).value, this.#options.clock.nowMs());
  }

  #noteGivenUp(nodeId: string): void {
    const inARow = (this.#givenUp.get(nodeId) ?? 0) + 1;
    this.#givenUp.set(nodeId, inARow % GIVEN_UP_IN_A_ROW);
    if (inARow === GIVEN_UP_IN_A_ROW) this.#options.onSilent(nodeId);
  }

  #fail(callId: string, error: NautilusError): void {
    this.#take(callId)?.call.fail(error);
  }

  #take(callId: string): Waiting | undefined {
    const waiting = this.#waiting.get(callId);
    this.#waiting.delete(callId);
    return waiting;
  }
}
