// Finds out what words never came through: at an even pace each node compares a digest with those it has agreements with, and
// where the two differ both list what they have.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Agreement, PartnershipSide } from "../../contracts/partnership.js";
import { compareAgreements, otherSide } from "../../partnerships/agreement.js";
import { MOST_LISTED } from "../../partnerships/messages.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";
import { digestOf, nodeOf, type PartnershipPost } from "./partnership-post.js";

export interface ReconcilerOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly book: AgreementBook;
  readonly post: PartnershipPost;
  readonly isReachable: (nodeId: string) => boolean;
  readonly merge: (to: PartnershipSide, agreement: Agreement) => void;
}

export class Reconciler {
  readonly #options: ReconcilerOptions;
  #timer: TimerHandle | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, intervalMs } = this.#options;
    this.#timer = clock.setTimeout(() => {
      this.#compareAll();
      this.start();
    }, intervalMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
  }

  /** The digest of another node: where it is not the same here, both tell all they have. */
  compare(nodeId: string, digest: string): void {
    if (digestOf(this.#between(nodeId).map(({ agreement }) => agreement)) !== digest) this.list(nodeId, true);
  }

  list(nodeId: string, answer: boolean): void {
    const { post } = this.#options;
    const entries = this.#between(nodeId);
    const listed = entries.map(({ side, agreement }) => ({
      to: side === "consumer" ? ("provider" as const) : ("consumer" as const),
      agreement,
    }));
    for (let from = 0; from < listed.length || from === 0; from += MOST_LISTED) {
      const agreements = listed.slice(from, from + MOST_LISTED);
      const isLast = from + MOST_LISTED >= listed.length;
      post.send(nodeId, {
        type: "partnership.listed",
        nodeId: this.#options.nodeId,
        agreements,
        answer: answer && isLast,
      });
    }
  }

  #compareAll(): void {
    const { nodeId, book, post, isReachable } = this.#options;
    const nodes = new Set<string>();
    for (const { agreement, current } of book.all()) {
      if (current === undefined) continue;
      nodes.add(agreement.consumerNode);
      nodes.add(agreement.providerNode);
    }
    nodes.delete(nodeId);
    for (const node of [...nodes].sort()) {
      if (!isReachable(node)) continue;
      const agreements = this.#between(node).map(({ agreement }) => agreement);
      const message = { nodeId, digest: digestOf(agreements), count: agreements.length };
      post.send(node, { type: "partnership.compared", ...message });
    }
    this.#compareOwn();
  }

  /** Both sides are here: no message is needed. */
  #compareOwn(): void {
    const { nodeId, book, merge } = this.#options;
    for (const { side, pair, agreement } of [...this.#between(nodeId)]) {
      if (side !== "consumer") continue;
      const provided = book.get("provider", pair)?.agreement;
      if (provided === undefined || compareAgreements(agreement, provided) > 0) merge("provider", agreement);
      else if (compareAgreements(agreement, provided) < 0) merge("consumer", provided);
    }
  }

  /** What is not over between this node and another, or itself. */
  #between(nodeId: string): readonly PairEntry[] {
    const { nodeId: own, book } = this.#options;
    return [...book.all()].filter(({ side, agreement, current }) => {
      if (current === undefined) return false;
      return nodeOf(side, agreement) === own && nodeOf(otherSide(side), agreement) === nodeId;
    });
  }
}
