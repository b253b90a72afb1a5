// The events of the node for one client of the event stream, as text/event-stream: in order, resumable, and bounded. A client
// that reads too slowly loses the oldest events it has not taken, is told how many, and costs the node nothing more.
import type { UnderlyingSource } from "node:stream/web";
import type { Clock, TimerHandle } from "../contracts/clock.js";
import type { NodeEvent } from "../contracts/views/events.js";
import type { NodePort } from "../contracts/node-port.js";
import { BoundedQueue } from "../kernel/bounded-queue.js";
import type { HttpCounters } from "./http-counters.js";

/** As many as a node keeps, so that a client that resumes gets them all. */
const QUEUE_EVENTS = 1024;
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2000;

export interface EventFeedOptions {
  readonly node: NodePort;
  readonly clock: Clock;
  readonly counters: HttpCounters;
  /** Sequence of the last event that the client has; undefined: only what happens from now on. */
  readonly after: number | undefined;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** Why events are missing from the stream. */
interface Gap {
  readonly reason: "slow" | "expired" | "restarted";
  /** How many are missing; null where nobody knows. */
  readonly missed: number | null;
}

/** The stream for one client; it ends with the client, or when `signal` aborts. */
export function eventFeed(options: EventFeedOptions): ReadableStream<Uint8Array> {
  return new ReadableStream(new EventFeed(options));
}

class EventFeed implements UnderlyingSource<Uint8Array> {
  readonly #options: EventFeedOptions;
  readonly #queue = new BoundedQueue<NodeEvent>(QUEUE_EVENTS);
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #unsubscribe: (() => void) | undefined;
  #heartbeat: TimerHandle | undefined;
  #gap: Gap | undefined;

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { node, signal, counters } = this.#options;
    if (signal.aborted) {
      controller.close();
      return;
    }
    this.#controller = controller;
    counters.eventClients += 1;
    signal.addEventListener("abort", this.#end, { once: true });
    controller.enqueue(this.#encoder.encode(`retry: ${RECONNECT_MS}\n\n`));
    for (const event of this.#backlog()) this.#take(event);
    this.#unsubscribe = node.onEvent((event) => {
      this.#take(event);
      this.pull();
    });
    this.#beatLater();
  }

  /** Hands over as much as the client takes. */
  pull(): void {
    const controller = this.#controller;
    while (controller !== undefined && (controller.desiredSize ?? 0) > 0) {
      const text = this.#nextText();
      if (text === undefined) return;
      controller.enqueue(this.#encoder.encode(text));
    }
  }

  cancel(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#unsubscribe?.();
    this.#options.signal.removeEventListener("abort", this.#end);
    if (this.#heartbeat !== undefined) this.#options.clock.clearTimeout(this.#heartbeat);
    this.#options.counters.eventClients -= 1;
  }

  /** What is kept after the client's last event. Every event when that one belongs to an earlier life of the node. */
  #backlog(): readonly NodeEvent[] {
    const { node, after } = this.#options;
    if (after === undefined) return [];
    const kept = node.eventsAfter(0);
    if (after > (kept.at(-1)?.sequence ?? 0)) {
      this.#gap = { reason: "restarted", missed: null };
      return kept;
    }
    const backlog = node.eventsAfter(after);
    const expired = (backlog[0]?.sequence ?? after + 1) - after - 1;
    if (expired > 0) this.#gap = { reason: "expired", missed: expired };
    return backlog;
  }

  #take(event: NodeEvent): void {
    if (this.#queue.isFull) {
      this.#queue.shift();
      this.#options.counters.eventsDropped += 1;
      this.#gap = { reason: "slow", missed: (this.#gap?.missed ?? 0) + 1 };
    }
    this.#queue.push(event);
  }

  #nextText(): string | undefined {
    if (this.#gap !== undefined) {
      const text = `event: gap\ndata: ${JSON.stringify(this.#gap)}\n\n`;
      this.#gap = undefined;
      return text;
    }
    const event = this.#queue.shift();
    if (event === undefined) return undefined;
    this.#options.counters.eventsSent += 1;
    return `id: ${event.sequence}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  /** A comment line, so that both ends notice when the other is gone. */
  #beatLater(): void {
    this.#heartbeat = this.#options.clock.setTimeout(() => {
      const controller = this.#controller;
      if (controller === undefined) return;
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(this.#encoder.encode(": heartbeat\n\n"));
      this.#beatLater();
    }, HEARTBEAT_MS);
  }

  readonly #end = (): void => {
    this.#controller?.close();
    this.cancel();
  };
}
