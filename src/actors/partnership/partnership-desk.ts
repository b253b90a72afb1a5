// The partnerships of one node's engines: forms them as engines are discovered, answers proposals, judges what was agreed by what
// was measured, suspends them when somebody goes down, and keeps both sides at the same agreement.
import type { Bus } from "../../contracts/bus.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Identity } from "../../contracts/identity.js";
import type { Logger } from "../../contracts/logger.js";
import type { Agreement } from "../../contracts/partnership.js";
import { isOpen } from "../../partnerships/agreement.js";
import { isUp, ProviderIndex } from "../../partnerships/compatibility.js";
import type { PartnershipMessage } from "../../partnerships/messages.js";
import type { ServiceCounts } from "../../partnerships/service-window.js";
import type { PairEntry } from "./agreement-book.js";
import { AgreementLedger } from "./agreement-ledger.js";
import { judgeService } from "./judgement.js";
import { PartnershipPost } from "./partnership-post.js";
import { proposalsFor } from "./proposals.js";
import { Reconciler } from "./reconciler.js";

export interface PartnershipDeskOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly channel: string;
  readonly heartbeatIntervalMs: number;
  readonly createEnvelope: (topic: string, type: string, data: unknown) => Envelope;
  /** Of this node, now. */
  readonly incarnation: () => number;
  /** Of all nodes, as they are now. */
  readonly identities: () => readonly Identity[];
  /** An instance of this node, as it is now. */
  readonly own: (instanceId: string) => Identity | undefined;
  readonly isReachable: (nodeId: string) => boolean;
  /** What a consumer of this node measured of its providers; read once a window. */
  readonly measure: () => (agreement: Agreement) => ServiceCounts;
  /** An agreement changed, as this node sees it; told once where both sides are here. */
  readonly onChanged: (agreement: Agreement) => void;
}

/** Changes of the network that come close together are looked at together. */
const REVIEW_AFTER_MS = 100;
const WINDOW_MS = 10_000;
/** Whoever stays away for that long is no longer waited for. */
const GIVE_UP_AFTER_MS = 60 * WINDOW_MS;

export class PartnershipDesk {
  readonly post: PartnershipPost;
  readonly ledger: AgreementLedger;
  readonly #options: PartnershipDeskOptions;
  readonly #reconciler: Reconciler;
  /** As they were listed at the last review, by id, and by what they give. */
  #listed: readonly Identity[] = [];
  #identities: ReadonlyMap<string, Identity> = new Map();
  #index = new ProviderIndex([]);
  #isOpen = false;
  #review: TimerHandle | undefined;
  #window: TimerHandle | undefined;

  constructor(options: PartnershipDeskOptions) {
    this.#options = options;
    const { nodeId, clock, heartbeatIntervalMs } = options;
    this.post = new PartnershipPost({
      ...options,
      receive: (message, source) => {
        this.#receive(message, source);
      },
    });
    this.ledger = new AgreementLedger({
      ...options,
      post: this.post,
      onEnded: () => {
        this.networkChanged();
      },
    });
    this.#reconciler = new Reconciler({
      nodeId,
      clock,
      intervalMs: heartbeatIntervalMs,
      book: this.ledger.book,
      post: this.post,
      isReachable: options.isReachable,
      merge: (to, agreement) => {
        this.ledger.merge(to, agreement);
      },
    });
  }

  open(): void {
    this.#isOpen = true;
    this.post.open();
    this.#reconciler.start();
    this.#scheduleWindow();
    this.networkChanged();
  }

  /** Tells nobody: that the node leaves is said by its membership. */
  close(): void {
    this.#isOpen = false;
    const { clock } = this.#options;
    for (const timer of [this.#review, this.#window]) if (timer !== undefined) clock.clearTimeout(timer);
    this.#reconciler.stop();
    this.post.close();
    for (const { current } of this.ledger.book.all()) current?.stop();
  }

  /** Somebody came, went or changed: looked at soon, together with what else changes meanwhile. */
  networkChanged(): void {
    if (!this.#isOpen || this.#review !== undefined) return;
    this.#review = this.#options.clock.setTimeout(() => {
      this.#review = undefined;
      this.review();
    }, REVIEW_AFTER_MS);
  }

  /** An instance went down: its agreements are suspended at once. */
  instanceLost(instanceId: string, reason: string): void {
    for (const { current } of [...this.ledger.book.of(instanceId)]) current?.lost(reason);
  }

  nodeLost(nodeId: string): void {
    for (const entry of [...this.ledger.book.all()]) {
      const { consumerNode, providerNode } = entry.agreement;
      if (consumerNode === nodeId || providerNode === nodeId) entry.current?.lost(`node ${nodeId} was lost`);
    }
  }

  /** Suspends, resumes and forms what the network as it is now asks for. */
  review(): void {
    this.#readNetwork();
    for (const entry of [...this.ledger.book.all()]) this.#attend(entry);
    const { nodeId, clock, incarnation } = this.#options;
    const proposals = proposalsFor({
      nodeId,
      identities: this.#identities,
      index: this.#index,
      book: this.ledger.book,
      nowMs: clock.nowMs(),
      birth: () => this.ledger.nextBirth(incarnation()),
    });
    for (const { side, pair } of proposals.surplus) {
      this.ledger.book.get(side, pair)?.current?.dissolve("there are enough other partners");
    }
    for (const { current } of proposals.sole) current?.sole();
    for (const { current } of proposals.outdated) current?.dissolve("what flows between them is another now");
    for (const agreement of proposals.proposed) this.ledger.propose(agreement);
  }

  #readNetwork(): void {
    const listed = this.#options.identities();
    if (listed === this.#listed) return;
    this.#listed = listed;
    this.#identities = new Map(listed.map((identity) => [identity.instanceId, identity]));
    this.#index = new ProviderIndex([...this.#identities.values()]);
  }

  /** One window is over: what was agreed is held against what was measured. */
  judge(): void {
    const { clock, measure } = this.#options;
    const at = new Date(clock.wallMs()).toISOString();
    judgeService({ book: this.ledger.book, at, nowMs: clock.nowMs(), countsOf: measure() });
    this.review();
  }

  #scheduleWindow(): void {
    this.#window = this.#options.clock.setTimeout(() => {
      this.judge();
      this.#scheduleWindow();
    }, WINDOW_MS);
  }

  #attend(entry: PairEntry): void {
    const { current, consumer, provider, agreement } = entry;
    if (current === undefined) return;
    const down = [consumer, provider].find((id) => !this.#isUp(id));
    if (down !== undefined) {
      if (isOpen(agreement)) current.lost(`${down} is ${this.#identities.get(down)?.health.lifecycle ?? "gone"}`);
      else if (this.#isForgotten(entry)) current.dissolve(`${down} did not come back`);
    } else if (agreement.phase === "suspended" && entry.side === "consumer") current.back();
  }

  #isUp(instanceId: string): boolean {
    const identity = this.#identities.get(instanceId);
    return identity !== undefined && isUp(identity);
  }

  #isForgotten({ history }: PairEntry): boolean {
    return this.#options.clock.nowMs() - history.sinceMs > GIVE_UP_AFTER_MS;
  }

  #receive(message: PartnershipMessage, source: string): void {
    switch (message.type) {
      case "partnership.changed":
        this.ledger.merge(message.to, message.agreement);
        break;
      case "partnership.noted":
        this.post.noted(message.by, message);
        break;
      case "partnership.compared":
        this.#reconciler.compare(source, message.digest);
        break;
      case "partnership.listed":
        for (const { to, agreement } of message.agreements) this.ledger.merge(to, agreement);
        if (message.answer) this.#reconciler.list(source, false);
    }
  }
}
