// Calls to instances on other nodes, over the engineLogic channel: the asking side. A call to a node that is lost fails at once.
import type { Bus, Subscription } from "../../contracts/bus.js";
import type { InstanceLink, OpenCall } from "../../contracts/call.js";
import type { Clock } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import { NautilusError } from "../../contracts/errors.js";
import type { Ids } from "../../contracts/ids.js";
import type { Logger } from "../../contracts/logger.js";
import { topics } from "../../contracts/topics.js";
import { Numbered } from "../../kernel/numbered.js";
import { CallLane } from "./call-lane.js";
import { AnswerPacketSchema, arePlainlyAnswers, type AnswerPacket } from "./packets.js";

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
  /** Tells these calls' numbers from those of any other start of any node. */
  readonly #asker: string;
  readonly #waiting = new Numbered<Waiting>();
  readonly #lanes = new Map<string, CallLane>();
  /** By node: calls given up since it last answered one. */
  readonly #givenUp = new Map<string, number>();
  #calls = 0;
  #subscription: Subscription | undefined;

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
    this.#asker = options.ids.next("asker");
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
    for (const [id] of this.#waiting.entries()) this.#fail(id, new NautilusError("NOT_SERVING", "the node stopped"));
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
    this.#lanes.delete(nodeId);
    const isLost = ([, waiting]: readonly [number, Waiting]): boolean => waiting.nodeId === nodeId;
    // Until none is left: whoever is failed may try the same node again, as long as it is not known to everybody.
    for (
      let lost = this.#waiting.entries().filter(isLost);
      lost.length > 0;
      lost = this.#waiting.entries().filter(isLost)
    ) {
      for (const [id] of lost) this.#fail(id, new NautilusError("GIVER_DOWN", `node ${nodeId} was lost`));
    }
  }

  #send(call: OpenCall, link: RemoteLink, nodeId: string): void {
    const { clock } = this.#options;
    const id = this.#calls;
    this.#calls += 1;
    const deadlineWallMs = Math.ceil(clock.wallMs() + call.deadlineMs - clock.nowMs());
    this.#waiting.set(id, { call, nodeId, link });
    const lane = this.#laneTo(nodeId);
    call.onAbandoned(() => {
      if (this.#waiting.delete(id) === undefined) return;
      this.#noteGivenUp(nodeId);
      lane.cancel(id);
    });
    lane.add(id, call, { instanceId: link.instanceId, deadlineWallMs });
  }

  #laneTo(nodeId: string): CallLane {
    const known = this.#lanes.get(nodeId);
    if (known !== undefined) return known;
    const { bus, createEnvelope, nodeId: replyTo, incarnationOf } = this.#options;
    const topic = topics.calls(nodeId);
    const lane = new CallLane({
      replyTo,
      asker: this.#asker,
      incarnation: () => incarnationOf(nodeId),
      publish: (type, packet) => bus.channel("engineLogic").publish(topic, createEnvelope(topic, type, packet)),
      onRefused: (id, error) => {
        this.#fail(id, error);
      },
    });
    this.#lanes.set(nodeId, lane);
    return lane;
  }

  #receive(data: unknown): void {
    const parsed = arePlainlyAnswers(data) ? { success: true as const, data } : AnswerPacketSchema.safeParse(data);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      this.#options.log.warn({ path: issue?.path.join(".") }, `answers were refused: ${issue?.message}`);
    }
    // Of an earlier start of this node: nobody waits for them.
    else if (parsed.data.asker === this.#asker) this.#end(parsed.data);
  }

  #end({ answers, failures }: AnswerPacket): void {
    const nowMs = this.#options.clock.nowMs();
    for (const [id, held, value] of answers) this.#take(id, held)?.succeed(value, nowMs);
    for (const [id, held, error] of failures) this.#take(id, held)?.fail(NautilusError.fromRecord(error));
  }

  #noteGivenUp(nodeId: string): void {
    const inARow = (this.#givenUp.get(nodeId) ?? 0) + 1;
    this.#givenUp.set(nodeId, inARow % GIVEN_UP_IN_A_ROW);
    if (inARow === GIVEN_UP_IN_A_ROW) this.#options.onSilent(nodeId);
  }

  #fail(id: number, error: NautilusError): void {
    this.#take(id, null)?.fail(error);
  }

  #take(id: number, held: number | null): OpenCall | undefined {
    const waiting = this.#waiting.delete(id);
    if (waiting === undefined) return undefined;
    // Before the call ends: whoever waits for it looks.
    if (held !== null) waiting.link.held = held;
    return waiting.call;
  }
}
