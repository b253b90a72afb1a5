// Calls from other nodes to instances on this one: the answering side.
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { InstanceLink } from "../../contracts/call.js";
import type { Clock } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import { NautilusError } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import { topics } from "../../contracts/topics.js";
import { DeadlineWheel } from "../../kernel/deadline-wheel.js";
import { Numbered } from "../../kernel/numbered.js";
import { AnswerLane } from "./answer-lane.js";
import { arePlainlyCalls, CallPacketSchema, CancelPacketSchema, type CallGroup, type CallPacket } from "./packets.js";
import { ServedCall, type Serving } from "./served-call.js";

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
/** Remembered; those that have nothing open are forgotten beyond. */
const MAX_ASKERS = 1024;

/** One start of another node that asks. */
interface Asker {
  readonly lane: AnswerLane;
  readonly open: Numbered<ServedCall>;
  readonly onEnded: (call: ServedCall) => void;
  /** Kept for its hidden class: with none alive, a full collection drops that, and the optimised code with it. */
  latest: ServedCall | undefined;
}

export class CallServer {
  readonly #options: CallServerOptions;
  readonly #askers = new Map<string, Asker>();
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
    for (const { open } of this.#askers.values()) for (const call of open.values()) call.abandon();
    this.#wheel.close();
  }

  #receive(data: unknown): void {
    if (arePlainlyCalls(data)) {
      this.#serve(data);
      return;
    }
    // Asked before it is parsed: what does not fit a schema costs more than what does, and most are calls.
    const cancel = isCancel(data) ? CancelPacketSchema.safeParse(data) : undefined;
    if (cancel?.success === true) {
      const open = this.#askers.get(cancel.data.asker)?.open;
      for (const id of cancel.data.cancelled) open?.get(id)?.abandon();
      return;
    }
    const parsed = CallPacketSchema.safeParse(data);
    if (parsed.success) this.#serve(parsed.data);
    else {
      const issue = parsed.error.issues[0];
      this.#options.log.warn({ path: issue?.path.join(".") }, `calls were refused: ${issue?.message}`);
    }
  }

  #serve({ replyTo, asker: name, incarnation, groups }: CallPacket): void {
    const { accepts, clock, localInstance } = this.#options;
    const asker = this.#askerOf(name, replyTo);
    const isMeant = accepts(incarnation);
    const sentMs = clock.nowMs();
    const aheadMs = clock.wallMs() - sentMs;
    for (const group of groups) {
      const { instanceId } = group;
      const instance = localInstance(instanceId);
      if (instance === undefined) refuseAll(asker, group, `${instanceId} is not on this node`);
      // It may have had its effect before the node was started anew: whoever asked was told that the node was lost.
      else if (!isMeant) refuseAll(asker, group, `${instanceId} was started anew since it was called`);
      else this.#serveGroup(asker, { group, instance, lane: asker.lane, sentMs, aheadMs, onEnded: asker.onEnded });
    }
  }

  #serveGroup(asker: Asker, serving: Serving): void {
    const { open, lane } = asker;
    const { group, instance } = serving;
    for (const packed of group.calls) {
      const [id] = packed;
      if (this.#wheel.length >= MAX_OPEN) {
        lane.refuse(
          id,
          instance.held,
          new NautilusError("OVERLOADED", `${MAX_OPEN} calls from other nodes are open already`),
        );
        continue;
      }
      const call = new ServedCall(packed, serving);
      asker.latest = call;
      open.set(id, call);
      this.#wheel.add(call, call.deadlineMs);
      instance.send(call);
    }
  }

  #askerOf(name: string, replyTo: string): Asker {
    const known = this.#askers.get(name);
    if (known !== undefined) return known;
    const { bus, createEnvelope, log } = this.#options;
    const topic = topics.replies(replyTo);
    const open = new Numbered<ServedCall>();
    const lane = new AnswerLane({
      asker: name,
      log,
      publish: (packet) => bus.channel("engineLogic").publish(topic, createEnvelope(topic, "call.answered", packet)),
    });
    const onEnded = (call: ServedCall): void => {
      open.delete(call.id);
      this.#wheel.remove(call);
    };
    const asker: Asker = { open, lane, onEnded, latest: undefined };
    if (this.#askers.size >= MAX_ASKERS) this.#forgetIdle();
    this.#askers.set(name, asker);
    return asker;
  }

  /** Those of which no call is open; there are no more of the others than of calls. */
  #forgetIdle(): void {
    for (const [name, { open }] of this.#askers) if (open.size === 0) this.#askers.delete(name);
  }
}

function refuseAll({ lane }: Asker, { calls }: CallGroup, why: string): void {
  for (const [id] of calls) lane.refuse(id, undefined, new NautilusError("GIVER_DOWN", why));
}

function isCancel(data: unknown): boolean {
  return typeof data === "object" && data !== null && "cancelled" in data;
}
