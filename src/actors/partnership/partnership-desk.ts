// The partnerships of one node's engines: forms them as engines are discovered, answers proposals, judges what was agreed by what
// was measured, suspends them when an engine goes down, and keeps both sides at the same agreement.
import type { Bus } from "../../contracts/bus.js";
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import type { Identity } from "../../contracts/identity.js";
import type { Ids } from "../../contracts/ids.js";
import type { Logger } from "../../contracts/logger.js";
import type { Agreement } from "../../contracts/partnership.js";
import { isOpen } from "../../partnerships/agreement.js";
import { isUp, ProviderIndex } from "../../partnerships/compatibility.js";
import type { PartnershipMessage } from "../../partnerships/messages.js";
import type { ServiceCounts } from "../../partnerships/service-window.js";
import { AgreementBook, type PairEntry } from "./agreement-book.js";
import { ConsumerSide, move } from "./consumer-side.js";
import { judgeService } from "./judgement.js";
import { PartnershipPost } from "./partnership-post.js";
import { proposalsFor } from "./proposals.js";
import { ProviderSide } from "./provider-side.js";
import { Reconciler } from "./reconciler.js";

export interface PartnershipDeskOptions {
  readonly nodeId: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
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
/** An instance that stays away for that long is no longer waited for. */
const GIVE_UP_AFTER_MS = 60 * WINDOW_MS;

export class PartnershipDesk {
  readonly post: PartnershipPost;
  readonly book: AgreementBook;
  readonly #options: PartnershipDeskOptions;
  readonly #consumers: ConsumerSide;
  readonly #providers: ProviderSide;
  readonly #reconciler: Reconciler;
  /** As they were listed at the last review, by id, and by what they give. */
  #listed: readonly Identity[] = [];
  #identities: ReadonlyMap<string, Identity> = new Map();
  #index = new ProviderIndex([]);
  #isOpen = false;
  #review: TimerHandle | undefined;
  /** The rounds of windows and of heartbeats. */
  readonly #rounds = new Set<TimerHandle>();

  constructor(options: PartnershipDeskOptions) {
    this.#options = options;
    const { nodeId, clock, own, isReachable, onChanged } = options;
    const receive = (message: PartnershipMessage): void => {
      this.#receive(message);
    };
    const onEnded = (): void => {
      this.networkChanged();
    };
    const post = new PartnershipPost({ ...options, receive });
    const book = new AgreementBook({ nodeId, clock, onChanged, onEnded });
    const tell = (agreement: Agreement): void => {
      post.send(agreement.providerNode, { type: "partnership.changed", agreement });
    };
    const send = (to: string, message: PartnershipMessage): void => {
      post.send(to, message);
    };
    const consumers = new ConsumerSide({ clock, book, tell });
    const providers = new ProviderSide({ clock, book, own, send });
    this.post = post;
    this.book = book;
    this.#consumers = consumers;
    this.#providers = providers;
    this.#reconciler = new Reconciler({ nodeId, book, post, consumers, providers, isReachable });
  }

  open(): void {
    this.#isOpen = true;
    this.post.open();
    this.#every(WINDOW_MS, () => {
      this.judge();
    });
    this.#every(this.#options.heartbeatIntervalMs, () => {
      this.#reconciler.compareAll();
    });
    this.networkChanged();
  }

  /** Tells no other node: that this one leaves is said by its membership. */
  close(): void {
    this.#isOpen = false;
    const { clock } = this.#options;
    for (const timer of this.#rounds) clock.clearTimeout(timer);
    if (this.#review !== undefined) clock.clearTimeout(this.#review);
    this.post.close();
    for (const entry of this.book.all()) {
      entry.chart?.stop();
      entry.chart = undefined;
    }
  }

  /** An instance came, went or changed: looked at soon, together with what else changes meanwhile. */
  networkChanged(): void {
    if (!this.#isOpen || this.#review !== undefined) return;
    this.#review = this.#options.clock.setTimeout(() => {
      this.#review = undefined;
      this.review();
    }, REVIEW_AFTER_MS);
  }

  /** An instance went down: its agreements are suspended at once. */
  instanceLost(instanceId: string, reason: string): void {
    for (const entry of [...this.book.of(instanceId)]) this.#lost(entry, reason);
  }

  nodeLost(nodeId: string): void {
    for (const entry of [...this.book.all()]) {
      const { consumerNode, providerNode } = entry.agreement;
      if (consumerNode === nodeId || providerNode === nodeId) this.#lost(entry, `node ${nodeId} was lost`);
    }
  }

  /** Suspends, resumes and forms what the network as it is now asks for. */
  review(): void {
    this.#readNetwork();
    for (const entry of [...this.book.all()]) this.#attend(entry);
    const { nodeId, clock, ids, incarnation } = this.#options;
    const { proposed, surplus, sole, outdated } = proposalsFor({
      nodeId,
      ids,
      identities: this.#identities,
      index: this.#index,
      book: this.book,
      nowMs: clock.nowMs(),
      birth: () => this.#consumers.nextBirth(incarnation()),
    });
    for (const entry of surplus) move(entry, { type: "DISSOLVE", reason: "there are enough other partners" });
    for (const entry of sole) move(entry, { type: "SOLE" });
    for (const entry of outdated) move(entry, { type: "DISSOLVE", reason: "what flows between them is another now" });
    for (const agreement of proposed) this.#consumers.propose(agreement);
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
    judgeService({ book: this.book, at, nowMs: clock.nowMs(), countsOf: measure() });
    this.review();
  }

  #every(periodMs: number, act: () => void): void {
    const timer = this.#options.clock.setTimeout(() => {
      this.#rounds.delete(timer);
      act();
      this.#every(periodMs, act);
    }, periodMs);
    this.#rounds.add(timer);
  }

  #lost(entry: PairEntry, reason: string): void {
    if (entry.side === "consumer") move(entry, { type: "LOST", reason });
    else this.#providers.lost(entry, reason);
  }

  #attend(entry: PairEntry): void {
    const { side, consumer, provider, agreement, history } = entry;
    if (agreement.phase === "dissolved" && entry.answer === undefined) return;
    const down = [consumer, provider].find((id) => !this.#isUp(id));
    if (down === undefined) {
      if (side === "provider") this.#providers.back(entry);
      else if (agreement.phase === "suspended") move(entry, { type: "BACK" });
    } else if (isOpen(agreement)) {
      this.#lost(entry, `${down} is ${this.#identities.get(down)?.health.lifecycle ?? "gone"}`);
    } else if (this.#options.clock.nowMs() - history.sinceMs > GIVE_UP_AFTER_MS) {
      const reason = `${down} did not come back`;
      if (side === "consumer") move(entry, { type: "DISSOLVE", reason });
      else this.#providers.forget(entry, reason);
    }
  }

  #isUp(instanceId: string): boolean {
    const identity = this.#identities.get(instanceId);
    return identity !== undefined && isUp(identity);
  }

  #receive(message: PartnershipMessage): void {
    switch (message.type) {
      case "partnership.changed":
        this.#providers.hear(message.agreement);
        break;
      case "partnership.answered":
        this.#consumers.hear(message);
        break;
      case "partnership.compared":
        this.#reconciler.hear(message);
        break;
      case "partnership.listed":
        this.#providers.hearList(message);
    }
  }
}
