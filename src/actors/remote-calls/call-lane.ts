// The calls from this node to one other that go together.
import type { CallRequest, OpenCall } from "../../contracts/call.js";
import { NautilusError, toNautilusError } from "../../contracts/errors.js";
import { approximateBytes } from "../../kernel/approximate-bytes.js";
import { Gathering, MOST_BYTES } from "./gathering.js";
import type { CallGroup, CallPacket, CancelPacket, PacketCall } from "./packets.js";

export interface CallLaneOptions {
  readonly replyTo: string;
  readonly asker: string;
  /** Of the node that is called, as it is known now. */
  readonly incarnation: () => number;
  readonly publish: (type: string, packet: CallPacket | CancelPacket) => Promise<void> | undefined;
  /** The call did not get there. */
  readonly onRefused: (id: number, error: NautilusError) => void;
}

export class CallLane {
  readonly #options: CallLaneOptions;
  readonly #gathering: Gathering;
  #incarnation = 0;
  #groups: CallGroup[] = [];
  #cancelled: number[] = [];

  constructor(options: CallLaneOptions) {
    this.#options = options;
    this.#gathering = new Gathering(() => {
      this.#send();
    });
  }

  add(id: number, call: OpenCall, to: { readonly instanceId: string; readonly deadlineWallMs: number }): void {
    const incarnation = this.#options.incarnation();
    if (incarnation !== this.#incarnation) this.#gathering.flush();
    this.#incarnation = incarnation;
    const { instanceId, deadlineWallMs } = to;
    const { request, correlationId } = call;
    const made: PacketCall = [id, deadlineWallMs, correlationId, request as PacketCall[3]];
    const last = this.#groups.at(-1);
    // In their order: only what follows on each other is put together.
    if (last !== undefined && isOf(last, instanceId, call)) last.calls.push(made);
    else {
      const { operationId, consumer, priority } = call;
      this.#groups.push({ instanceId, operationId, consumer, priority, calls: [made] });
    }
    this.#gathering.grew(bytesOf(request));
  }

  cancel(id: number): void {
    this.#cancelled.push(id);
    this.#gathering.grew(0);
  }

  #send(): void {
    const { replyTo, asker } = this.#options;
    const [groups, cancelled] = [this.#groups, this.#cancelled];
    if (groups.length > 0) {
      this.#groups = [];
      this.#make({ replyTo, asker, incarnation: this.#incarnation, groups });
    }
    if (cancelled.length === 0) return;
    this.#cancelled = [];
    // Their deadlines end them there as well.
    this.#options.publish("call.cancel", { asker, cancelled })?.catch(() => undefined);
  }

  #make(packet: CallPacket): void {
    this.#options.publish("call.make", packet)?.catch((thrown: unknown) => {
      this.#refused(packet, toNautilusError(thrown));
    });
  }

  #refused(packet: CallPacket, error: NautilusError): void {
    const alone = packet.groups.flatMap((group) => group.calls.map((call) => ({ ...group, calls: [call] })));
    // One that cannot be written is not to take the others with it.
    const [only, ...others] = alone;
    if (error.code === "INVALID_INPUT" && only !== undefined && others.length > 0) {
      for (const group of alone) this.#make({ ...packet, groups: [group] });
      return;
    }
    for (const { calls } of alone) for (const [id] of calls) this.#options.onRefused(id, error);
  }
}

function isOf(group: CallGroup, instanceId: string, { operationId, consumer, priority }: OpenCall): boolean {
  return (
    group.instanceId === instanceId &&
    group.operationId === operationId &&
    group.consumer === consumer &&
    group.priority === priority
  );
}

function bytesOf(request: CallRequest): number {
  return approximateBytes(request.kind === "operation" ? request.inputs : request.cookbook, MOST_BYTES);
}
