// What happened on the control plane of this node, in order: the last events are kept, the journal has them all, listeners hear
// the new ones.
import type { Clock } from "../contracts/clock.js";
import { messageOf } from "../contracts/errors.js";
import type { Journal } from "../contracts/journal.js";
import type { Logger } from "../contracts/logger.js";
import type { NodeEvent } from "../contracts/views/events.js";

const MAX_KEPT = 1000;

export type EventRecord = Pick<NodeEvent, "type" | "subject" | "data">;

export interface EventLogOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
}

export class EventLog {
  readonly #options: EventLogOptions;
  #kept: NodeEvent[] = [];
  #sequence = 0;
  readonly #listeners = new Set<(event: NodeEvent) => void>();

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sequence;
  }

  record({ type, subject, data }: EventRecord): void {
    const { nodeId, clock, log, journal } = this.#options;
    const at = new Date(clock.wallMs()).toISOString();
    this.#sequence += 1;
    const event: NodeEvent = { sequence: this.#sequence, at, type, subject, data };
    journal.append({ at, node: nodeId, kind: type, subject, data });
    this.#kept.push(event);
    if (this.#kept.length > 2 * MAX_KEPT) this.#kept = this.#kept.slice(-MAX_KEPT);
    log.debug({ subject, ...data }, type);
    for (const listener of this.#listeners) this.#tell(listener, event);
  }

  /** What happened has happened: a listener that throws is not told of anything further, and holds nothing up. */
  #tell(listener: (event: NodeEvent) => void, event: NodeEvent): void {
    try {
      listener(event);
    } catch (thrown) {
      this.#listeners.delete(listener);
      this.#options.log.error(
        { err: thrown, event: event.type },
        `a listener of events threw and is dropped: ${messageOf(thrown)}`,
      );
    }
  }

  after(sequence: number): readonly NodeEvent[] {
    return this.#kept.slice(-MAX_KEPT).filter((event) => event.sequence > sequence);
  }

  /** A listener that throws is dropped. */
  listen(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
