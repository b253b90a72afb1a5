// What one view has to say on one topic: what is to be sent, and what was sent and not yet taken by every reader.
import { BoundedQueue } from "../../kernel/bounded-queue.js";
import { Numbered } from "../../kernel/numbered.js";
import { SentBatch, type Ack, type Outgoing } from "./sent-batch.js";

/** Of one stream entry. */
const MAX_BATCH_MESSAGES = 512;
const MAX_BATCH_BYTES = 1024 * 1024;
/** Of what goes again at once: a server that is back is not to get all of it in one breath. */
const MAX_AGAIN_BYTES = 4 * 1024 * 1024;

/** Views of which it is known what they told last; without that they are taken not to listen. */
const MAX_VIEWS = 4096;

export class TopicOutbox {
  readonly #waiting: BoundedQueue<Outgoing>;
  /** In the order of their sequence. */
  readonly #sent = new Numbered<SentBatch>();
  /** Those whose sending may have failed, by sequence: they go again, before anything newer. */
  readonly #unsure = new Map<number, SentBatch>();
  /** Pushed, and not in the stream. */
  readonly #unlogged = new Numbered<SentBatch>();
  /** On their way to the stream, by sequence. */
  readonly #adding = new Numbered<SentBatch>();
  /** The latest batch that each view told that it heard. */
  readonly #told = new Map<string, number>();
  /** Whoever told of none since this one does not listen, or not fast enough. */
  #coldFrom = 1;
  /** Whether its owner knows that it has news. */
  isListed = false;
  #sequence = 0;
  /** Of what waits. */
  #bytes = 0;
  #arrays = 0;

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

  get sent(): readonly SentBatch[] {
    return this.#sent.values();
  }

  /** Of what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  get isBare(): boolean {
    return this.#arrays === 0;
  }

  /** Batches that were pushed, of which not enough was heard yet. */
  get unlogged(): number {
    return this.#unlogged.size;
  }

  has({ sequence }: SentBatch): boolean {
    return this.#sent.get(sequence) !== undefined;
  }

  /** One that was pushed, of which not enough was heard yet. */
  unloggedBatch(sequence: number): SentBatch | undefined {
    return this.#unlogged.get(sequence);
  }

  /**
   * Whether all of these listen, as far as can be seen, but for this node's own; and whatever was sent before was pushed as well,
   * or is in the stream: readers take one after the other.
   */
  isHeardBy(views: ReadonlySet<string>, own: string): boolean {
    if (this.#adding.size > 0 || this.#unsure.size > 0) return false;
    for (const view of views) if (view !== own && (this.#told.get(view) ?? 0) < this.#coldFrom) return false;
    return true;
  }

  add(outgoing: Outgoing): void {
    this.#waiting.push(outgoing);
    this.#bytes += outgoing.wire.bytes;
    this.#arrays += outgoing.wire.arrays.length;
  }

  /** The batches that go out now; more may be left for later. */
  take(nowMs: number): readonly SentBatch[] {
    const batches = this.#takeUnsure();
    const fresh = this.#unsure.size === 0 ? this.#cut() : undefined;
    if (fresh !== undefined) {
      this.#sent.set(fresh.sequence, fresh);
      batches.push(fresh);
    }
    for (const batch of batches) {
      batch.sentMs = nowMs;
      batch.sendings += 1;
    }
    return batches;
  }

  /** Whoever listens is given it, and the stream is not. */
  pushed(batch: SentBatch): void {
    if (!this.has(batch)) return;
    batch.isPushed = true;
    this.#unlogged.set(batch.sequence, batch);
  }

  /** They are on their way to the stream. */
  adding(batches: readonly SentBatch[]): void {
    for (const batch of batches) this.#adding.set(batch.sequence, batch);
  }

  /** It is there, or is not. */
  added({ sequence }: SentBatch): void {
    this.#adding.delete(sequence);
  }

  /** Those that were pushed until then and are still needed, in order: now they go to the stream. */
  takeUnlogged(untilMs = Infinity): readonly SentBatch[] {
    const taken = this.#unlogged.values().filter(({ sentMs }) => sentMs <= untilMs);
    for (const { sequence, isOver } of taken) {
      this.#unlogged.delete(sequence);
      // Somebody did not hear it: what comes now goes to the stream at once, until all were heard of again.
      if (!isOver) this.#coldFrom = Math.max(this.#coldFrom, sequence);
    }
    return taken;
  }

  /** It is not known whether the server has it. */
  sendAgain(batch: SentBatch): void {
    this.#doubt(batch);
    // What came after it goes after it.
    for (const later of this.#unlogged.values()) if (later.sequence > batch.sequence) this.#doubt(later);
  }

  /** The server lost what it had. */
  sendAllAgain(): void {
    for (const batch of this.#sent.values()) this.#doubt(batch);
  }

  #doubt(batch: SentBatch): void {
    this.#unlogged.delete(batch.sequence);
    if (this.has(batch)) this.#unsure.set(batch.sequence, batch);
  }

  /** The batch, where that ended it. */
  acknowledge(view: string, ack: Ack): SentBatch | undefined {
    if (ack.heard === true) this.#heard(view, ack.sequence);
    const batch = this.#sent.get(ack.sequence);
    if (batch === undefined) return undefined;
    batch.acknowledge(view, ack);
    return this.forget(batch) ? batch : undefined;
  }

  #heard(view: string, sequence: number): void {
    if (this.#told.size >= MAX_VIEWS && !this.#told.has(view)) this.#told.clear();
    this.#told.set(view, Math.max(sequence, this.#told.get(view) ?? 0));
  }

  /** True where the batch was over. */
  forget(batch: SentBatch): boolean {
    if (!batch.isFinished) return false;
    this.#unlogged.delete(batch.sequence);
    this.#adding.delete(batch.sequence);
    this.#unsure.delete(batch.sequence);
    return this.#sent.delete(batch.sequence) !== undefined;
  }

  /** Takes everything out. */
  drain(): readonly Outgoing[] {
    return this.#waiting.drain();
  }

  /** As many as go at once, the oldest first. */
  #takeUnsure(): SentBatch[] {
    const taken: SentBatch[] = [];
    if (this.#unsure.size === 0) return taken;
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
      this.#arrays -= next.wire.arrays.length;
    }
    this.#bytes -= bytes;
    if (messages.length === 0) return undefined;
    this.#sequence += 1;
    return new SentBatch(this.topic, this.#sequence, messages);
  }
}
