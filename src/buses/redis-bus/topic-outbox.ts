// What one view has to say on one topic: what is to be sent, and what was sent and not yet taken by every reader.
import { BoundedQueue } from "../../kernel/bounded-queue.js";
import { SentBatch, type Ack, type Outgoing } from "./sent-batch.js";

/** Of one stream entry. */
const MAX_BATCH_MESSAGES = 512;
const MAX_BATCH_BYTES = 1024 * 1024;
/** Of what goes again at once: a server that is back is not to get all of it in one breath. */
const MAX_AGAIN_BYTES = 4 * 1024 * 1024;

export class TopicOutbox {
  readonly #waiting: BoundedQueue<Outgoing>;
  /** In the order of their sequence. */
  readonly #sent = new Map<number, SentBatch>();
  /** Those whose sending may have failed, by sequence: they go again, before anything newer. */
  readonly #unsure = new Map<number, SentBatch>();
  #sequence = 0;

  constructor(
    readonly topic: string,
    capacity: number,
  ) {
    this.#waiting = new BoundedQueue(capacity);
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#sent.size === 0;
  }

  get hasNews(): boolean {
    return this.#waiting.length > 0 || this.#unsure.size > 0;
  }

  get sent(): Iterable<SentBatch> {
    return this.#sent.values();
  }

  add(outgoing: Outgoing): void {
    this.#waiting.push(outgoing);
  }

  /** The batches that go out now; more may be left for later. */
  take(nowMs: number): readonly SentBatch[] {
    const batches = this.#takeUnsure();
    const fresh = this.#unsure.size === 0 ? this.#cut() : undefined;
    if (fresh !== undefined) {
      this.#sent.set(fresh.sequence, fresh);
      batches.push(fresh);
    }
    for (const batch of batches) batch.sentMs = nowMs;
    return batches;
  }

  /** It is not known whether the server has it. */
  sendAgain(batch: SentBatch): void {
    if (this.#sent.has(batch.sequence)) this.#unsure.set(batch.sequence, batch);
  }

  /** The server lost what it had. */
  sendAllAgain(): void {
    for (const batch of this.#sent.values()) this.sendAgain(batch);
  }

  /** The batch, where that ended it. */
  acknowledge(view: string, ack: Ack): SentBatch | undefined {
    const batch = this.#sent.get(ack.sequence);
    if (batch === undefined) return undefined;
    batch.acknowledge(view, ack);
    return this.forget(batch) ? batch : undefined;
  }

  /** True where the batch was over. */
  forget(batch: SentBatch): boolean {
    if (!batch.isOver) return false;
    this.#unsure.delete(batch.sequence);
    return this.#sent.delete(batch.sequence);
  }

  /** Takes everything out. */
  drain(): readonly Outgoing[] {
    return this.#waiting.drain();
  }

  /** As many as go at once, the oldest first. */
  #takeUnsure(): SentBatch[] {
    const taken: SentBatch[] = [];
    let bytes = 0;
    for (const sequence of [...this.#unsure.keys()].sort((a, b) => a - b)) {
      if (bytes >= MAX_AGAIN_BYTES) break;
      const batch = this.#unsure.get(sequence) as SentBatch;
      this.#unsure.delete(sequence);
      bytes += batch.bytes;
      taken.push(batch);
    }
    return taken;
  }

  #cut(): SentBatch | undefined {
    const messages: Outgoing[] = [];
    let bytes = 0;
    while (messages.length < MAX_BATCH_MESSAGES && bytes < MAX_BATCH_BYTES) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      messages.push(next);
      bytes += next.wire.bytes;
    }
    if (messages.length === 0) return undefined;
    this.#sequence += 1;
    return new SentBatch(this.topic, this.#sequence, messages);
  }
}
