// Sends what one view publishes on one channel: all of one turn of the event loop together, again where it is not known whether it
// arrived, and keeps it until its readers have taken it.
import type { ChannelName } from "../../contracts/channel.js";
import type { TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { NautilusError } from "../../contracts/errors.js";
import { afterJobs } from "../../kernel/after-turn.js";
import { forgiving } from "../forgiving.js";
import { Held } from "./held.js";
import { inOneWrite } from "./one-write.js";
import { RecentRefusal } from "./recent-refusal.js";
import { failureOf, isOutOfMemory, refusal } from "./redis-errors.js";
import type { RedisLimits } from "./redis-limits.js";
import { ReaderChecks } from "./reader-checks.js";
import { Sending, type Load, type SendingOptions, type Sent } from "./sending.js";
import { Pushes, type PushesOptions } from "./pushes.js";
import { isSmall, type Ack, type ReaderOf, type SentBatch } from "./sent-batch.js";
import type { TopicOutbox } from "./topic-outbox.js";
import { TopicOutboxes } from "./topic-outboxes.js";
import { Unlogged } from "./unlogged.js";
import { writeMessage } from "./wire.js";

export interface OutboxOptions extends PushesOptions {
  readonly channel: ChannelName;
  readonly limits: RedisLimits;
  readonly readerOf: ReaderOf;
  /** Every reader has taken it, or it was refused. */
  readonly onOver: (batch: SentBatch) => void;
}

/** Sendings under way: meanwhile what is published gathers to larger batches. */
const MAX_UNDERWAY = 4;
const RETRY_MS = 200;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #topics: TopicOutboxes;
  readonly #held: Held;
  #underway = 0;
  readonly #refused: RecentRefusal;
  #resent = 0;
  #isScheduled = false;
  #retry: TimerHandle | undefined;
  readonly #unlogged: Unlogged;
  readonly #checks: ReaderChecks;
  readonly #pushes: Pushes;
  readonly #sendingOptions: SendingOptions;
  #stopped: NautilusError | undefined;
  /** Kept for the hidden classes of it and of its batches: with none alive, a full collection drops them and the optimised code. */
  readonly #latest: { sending: Sending | undefined } = { sending: undefined };

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#held = new Held(options);
    this.#refused = new RecentRefusal(options.clock);
    this.#topics = new TopicOutboxes(options.limits.heldMessages);
    this.#pushes = new Pushes(options);
    const pushes = options.pusher !== undefined;
    this.#sendingOptions = { ...options, pushes, pushedText: (batch) => this.#pushes.textOf(batch) };
    this.#checks = new ReaderChecks({
      ...options,
      expect: (outbox, batch, views) => {
        this.expect(outbox, batch, views);
      },
    });
    this.#unlogged = new Unlogged({
      ...options,
      send: (outbox, late) => this.#send([this.#sending(outbox, { late, batches: [], isPushed: false })]),
      sendAgain: (outbox, batch) => {
        this.sendAgain(outbox, batch);
      },
      onResumed: () => {
        this.#schedule();
      },
    });
    options.link.onReady(() => {
      this.#schedule();
    });
  }

  /** Messages that no reader has taken yet. */
  get held(): number {
    return this.#held.messages;
  }

  /** Batches that went out more than once. */
  get resent(): number {
    return this.#resent;
  }

  /** What the server said when it refused something moments ago. */
  get refusal(): string | undefined {
    return this.#refused.why;
  }

  get topics(): Iterable<TopicOutbox> {
    return this.#topics;
  }

  /** Settles when every reader of the topic has taken the message, or one refused it. */
  publish(topic: string, message: Envelope): Promise<void> {
    if (this.#stopped !== undefined) return forgiving(Promise.reject(this.#stopped));
    return forgiving(
      new Promise((resolve, reject) => {
        const wire = writeMessage(message);
        const { bytes } = wire;
        this.#held.add(topic, message.priority, bytes);
        const outbox = this.#topics.of(topic);
        outbox.add({
          wire,
          priority: message.priority,
          taken: () => {
            this.#held.release(bytes);
            resolve();
          },
          refused: (error) => {
            this.#held.release(bytes);
            reject(error);
          },
        });
        this.#topics.list(outbox);
        this.#schedule();
      }),
    );
  }

  /** @param wasHeard it came on the line on which this view also hears who begins to read */
  acknowledge(view: string, ack: Ack, wasHeard: boolean): void {
    const outbox = this.#topics.get(ack.topic);
    if (outbox === undefined) return;
    if (wasHeard) this.#checks.heard(outbox, ack.sequence);
    const over = outbox.acknowledge(view, ack);
    if (over !== undefined) this.#options.onOver(over);
  }

  /** Who is to take the batch, known now or known better. */
  expect(outbox: TopicOutbox, batch: SentBatch, views: ReadonlySet<string>): void {
    batch.expect(views, this.#options.readerOf);
    if (outbox.forget(batch)) this.#options.onOver(batch);
  }

  sendAgain(outbox: TopicOutbox, batch: SentBatch): void {
    outbox.sendAgain(batch);
    this.#topics.list(outbox);
    this.#schedule();
  }

  /** The server lost what it had: what nobody has taken goes again. */
  sendAllAgain(): void {
    for (const outbox of this.#topics) {
      outbox.sendAllAgain();
      if (outbox.hasNews) this.#topics.list(outbox);
    }
    this.#schedule();
  }

  /** Resolves when every message has its end, or after so long, or at once where Redis is not reachable. */
  async drain(limitMs: number): Promise<void> {
    if (!this.#options.link.isReady) return;
    await this.#held.emptied(limitMs);
    // Nobody will be there to do it later.
    await this.#unlogged.log(Infinity);
  }

  /** Whatever waits fails with the error, and what comes. */
  stop(error: NautilusError): void {
    this.#stopped = error;
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
    this.#unlogged.close();
    this.#checks.close();
    for (const outbox of this.#topics) {
      for (const batch of outbox.sent) batch.fail(error);
      for (const { refused } of outbox.drain()) refused(error);
    }
    this.#topics.clear();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    afterJobs(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { link, clock } = this.#options;
    if (!link.isReady || this.#underway >= MAX_UNDERWAY || !this.#topics.hasNews()) return;
    const sendings: Sending[] = [];
    const nowMs = clock.nowMs();
    for (const outbox of this.#topics.takeNews()) {
      // Nothing goes to the stream before what was to go there first.
      const hasToWait =
        this.#unlogged.isPaused && outbox.unlogged > 0 && !(this.#pushes.areHeard(outbox) && isSmall(outbox));
      const batches = hasToWait ? [] : outbox.take(nowMs);
      if (outbox.hasNews) this.#topics.list(outbox);
      if (batches.length === 0) continue;
      for (const { entryId } of batches) if (entryId !== undefined) this.#resent += 1;
      const isPushed = this.#pushes.isEnough(outbox, batches);
      if (isPushed && this.#pushes.sendUnanswered(outbox, batches)) {
        this.#unlogged.add(outbox, batches);
        this.#checks.pushing(outbox);
        continue;
      }
      // What was pushed before comes first in the stream as well.
      const late = isPushed ? [] : outbox.takeUnlogged();
      if (!isPushed) outbox.adding(batches);
      sendings.push(this.#sending(outbox, { late, batches, isPushed }));
    }
    if (sendings.length > 0) void this.#send(sendings);
    // After they are on their way: nobody can have answered yet.
    for (const { outbox, batches, isPushed } of sendings) if (isPushed) this.#unlogged.add(outbox, batches);
    if (this.#topics.hasNews()) this.#schedule();
  }

  #sending(outbox: TopicOutbox, load: Load): Sending {
    return new Sending(outbox, load, this.#sendingOptions);
  }

  async #send(sendings: readonly Sending[]): Promise<void> {
    const { redis } = this.#options.link;
    this.#underway += 1;
    const [first, ...others] = sendings;
    if (first?.isPushed === true) this.#latest.sending = first;
    // One command is written sooner where it is written as it is.
    const pushing = this.#pushes.redis;
    const sendAll = (): Promise<unknown> =>
      Promise.all(sendings.map((sending) => sending.send(sending.isPushed ? pushing : redis)));
    if (first?.isOneCommand === true && others.length === 0) await first.send(pushing);
    else await inOneWrite(redis, () => inOneWrite(pushing, sendAll));
    this.#underway -= 1;
    if (this.#stopped !== undefined) return;
    // What has to go again is known before anything newer goes.
    for (const { outbox, sent } of sendings) for (const each of sent) this.#sent(outbox, each);
    for (const { outbox, late, batches, readers, isPushed, version } of sendings) {
      if (readers !== undefined) this.#checks.note(outbox, late, readers);
      else this.#checks.again(outbox, late);
      if (isPushed) this.#checks.pushed(outbox, batches);
      else await this.#checks.know(outbox, batches, version);
    }
    if (this.#topics.hasNews() && this.#retry === undefined) this.#schedule();
  }

  #sent(outbox: TopicOutbox, [batch, error, entryId]: Sent): void {
    outbox.added(batch);
    if (error === null && entryId === undefined) return; // pushed
    if (error === null) {
      batch.entryId = entryId;
      if (outbox.forget(batch)) this.#options.onOver(batch);
      return;
    }
    this.#refused.note(error);
    // All of it took effect meanwhile.
    if (!outbox.has(batch)) return;
    const failure = failureOf(error);
    // Refused for want of memory, but it had arrived: only who is to have it may not know yet.
    const isThere = batch.entryId !== undefined && isOutOfMemory(error);
    if (batch.isPushed && isOutOfMemory(error)) {
      // Whoever listens has it, and this node keeps it for the others until there is room.
      this.#unlogged.add(outbox, [batch]);
      this.#unlogged.pause();
      return;
    }
    // Over the connection for pushes an answer may be another's; the stream is asked next, whose answer counts.
    const wasPushed = batch.isPushed && batch.sendings === 1;
    if (failure === "never" && !isThere && !wasPushed) {
      batch.fail(refusal(error, batch.topic));
      outbox.forget(batch);
      Sending.skip(this.#pushes.redis, batch, this.#sendingOptions);
      return;
    }
    outbox.sendAgain(batch);
    this.#topics.list(outbox);
    // Also where the connection seems to be there: it may only not know yet that it is lost.
    this.#sendLater();
  }

  #sendLater(): void {
    this.#retry ??= this.#options.clock.setTimeout(() => {
      this.#retry = undefined;
      this.#schedule();
    }, RETRY_MS);
  }
}
