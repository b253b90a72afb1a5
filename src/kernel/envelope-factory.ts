// Stamps what a node sends: id, source, time, incarnation, and a sequence per topic.
import type { Clock } from "../contracts/clock.js";
import type { Envelope } from "../contracts/envelope.js";
import type { Ids } from "../contracts/ids.js";
import type { Priority } from "../contracts/priority.js";

export interface EnvelopeSource {
  readonly nodeId: string;
  readonly incarnation: number;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Topics whose sequences are kept; default 4096. Beyond, the topic that was first used the longest ago is forgotten. */
  readonly topics?: number;
}

export interface EnvelopeAttributes {
  /** Where it will be published: its sequence counts there. */
  readonly topic: string;
  readonly subject?: string | undefined;
  /** Default normal. */
  readonly priority?: Priority | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
  /** On `Clock.nowMs`; travels as wall-clock time, which is what nodes share. */
  readonly deadlineMs?: number | undefined;
  readonly traceparent?: string | undefined;
}

export interface EnvelopeFactory {
  create<T>(type: string, data: T, attributes: EnvelopeAttributes): Envelope<T>;
}

export function createEnvelopeFactory(source: EnvelopeSource): EnvelopeFactory {
  const { nodeId, incarnation, clock, ids } = source;
  const sequences = new Sequences(source.topics ?? 4096);
  const timestamps = new Timestamps();
  return {
    // Every attribute is always there, absent ones as undefined, so that all envelopes have one shape.
    create: (type, data, attributes) => {
      const { topic, subject, priority, correlationId, causationId, deadlineMs, traceparent } = attributes;
      const wallMs = clock.wallMs();
      return {
        specversion: "1.0",
        id: ids.next("msg"),
        source: nodeId,
        type,
        subject,
        time: timestamps.of(wallMs),
        correlationid: correlationId,
        causationid: causationId,
        priority: priority ?? "normal",
        deadline: deadlineMs === undefined ? undefined : Math.ceil(wallMs + deadlineMs - clock.nowMs()),
        incarnation,
        sequence: sequences.next(topic),
        traceparent,
        data,
      };
    },
  };
}

/** Per topic 0, 1, 2, …; a topic that was forgotten goes on above all it had, so that it shows a gap but never goes back. */
class Sequences {
  readonly #next = new Map<string, number>();
  readonly #capacity: number;
  #floor = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  next(topic: string): number {
    const known = this.#next.get(topic);
    if (known === undefined) this.#makeRoom();
    const sequence = known ?? this.#floor;
    this.#next.set(topic, sequence + 1);
    return sequence;
  }

  #makeRoom(): void {
    if (this.#next.size < this.#capacity) return;
    for (const [topic, next] of this.#next) {
      this.#next.delete(topic);
      this.#floor = Math.max(this.#floor, next);
      return;
    }
  }
}

/** RFC 3339 with milliseconds. Formatting costs more than all the rest of an envelope, so the last one and its second are kept. */
class Timestamps {
  #wallMs = Number.NaN;
  #text = "";
  #second = Number.NaN;
  /** The text up to the milliseconds. */
  #head = "";

  of(wallMs: number): string {
    if (wallMs !== this.#wallMs) {
      this.#wallMs = wallMs;
      const wholeMs = Math.trunc(wallMs);
      const second = Math.floor(wholeMs / 1000);
      if (second !== this.#second) {
        this.#head = new Date(second * 1000).toISOString().slice(0, -4);
        this.#second = second;
      }
      this.#text = `${this.#head}${String(wholeMs - second * 1000).padStart(3, "0")}Z`;
    }
    return this.#text;
  }
}
