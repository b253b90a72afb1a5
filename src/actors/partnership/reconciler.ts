// The repair of what messages did not bring: with every heartbeat a node compares digests with each node that it shares agreements
// with, and where they differ the consumers' node lists what it has.
import { createHash } from "node:crypto";
import type { Agreement } from "../../contracts/partnership.js";
import { compareBirths, pairKey } from "../../partnerships/agreement.js";
import { MOST_LISTED, type Compared } from "../../partnerships/messages.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";
import type { ConsumerSide } from "./consumer-side.js";
import type { PartnershipPost } from "./partnership-post.js";
import type { ProviderSide } from "./provider-side.js";

export interface ReconcilerOptions {
  readonly nodeId: string;
  readonly book: AgreementBook;
  readonly post: PartnershipPost;
  readonly consumers: ConsumerSide;
  readonly providers: ProviderSide;
  readonly isReachable: (nodeId: string) => boolean;
}

export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  compareAll(): void {
    const { nodeId, book, isReachable } = this.#options;
    const nodes = new Set<string>();
    for (const { side, agreement, told } of book.all()) {
      if (side === "consumer" && agreement.phase !== "dissolved") nodes.add(agreement.providerNode);
      if (side === "provider" && told.phase !== "dissolved") nodes.add(told.consumerNode);
    }
    // Between two sides of one node nothing is lost.
    nodes.delete(nodeId);
    for (const node of [...nodes].sort()) if (isReachable(node)) this.#compare(node, false);
  }

  /** The digests of another node. */
  hear({ nodeId, consumed, provided, latest, isReply }: Compared): void {
    const { consumers, providers } = this.#options;
    if (latest !== null) consumers.learn(latest);
    const owned = this.#owned(nodeId);
    if (digestOf(owned.map(lineOf)) !== provided) this.#list(nodeId, owned);
    if (!isReply && digestOf(heldLines(providers.of(nodeId))) !== consumed) this.#compare(nodeId, true);
  }

  #compare(node: string, isReply: boolean): void {
    const { nodeId, post, providers } = this.#options;
    const known = providers.of(node);
    const births = known.map(({ told }) => told.born).sort(compareBirths);
    const consumed = digestOf(this.#owned(node).map(lineOf));
    const provided = digestOf(heldLines(known));
    post.send(node, {
      type: "partnership.compared",
      ...{ nodeId, consumed, provided, isReply },
      latest: births.at(-1) ?? null,
    });
  }

  #list(node: string, owned: readonly Agreement[]): void {
    const { nodeId, post, consumers } = this.#options;
    const listed = [...owned].sort((a, b) => (pairKey(a) < pairKey(b) ? -1 : 1));
    post.counts.repeated += listed.length;
    for (let from = 0, after = ""; from === 0 || from < listed.length; from += MOST_LISTED) {
      const agreements = listed.slice(from, from + MOST_LISTED);
      const last = from + MOST_LISTED < listed.length ? agreements.at(-1) : undefined;
      const upTo = last === undefined ? null : pairKey(last);
      post.send(node, { type: "partnership.listed", nodeId, agreements, after, upTo, latest: consumers.latest });
      after = upTo ?? after;
    }
  }

  /** What this node's consumers have with another's providers, and is not over. */
  #owned(node: string): readonly Agreement[] {
    return [...this.#options.book.all()]
      .filter(({ side, agreement }) => side === "consumer" && agreement.providerNode === node)
      .map(({ agreement }) => agreement)
      .filter(({ phase }) => phase !== "dissolved");
  }
}

function lineOf({ id, epoch }: Agreement): string {
  return `${id} ${epoch}`;
}

/** Of what is not over. An answer of which the consumer told nothing yet makes a difference. */
function heldLines(entries: readonly PairEntry[]): readonly string[] {
  const held = entries.filter(({ told }) => told.phase !== "dissolved");
  return held.map(({ told, answer }) => (answer === undefined ? lineOf(told) : `${lineOf(told)} ${answer.verb}`));
}

/** The same for two nodes that hold the same, in whatever order they came to it. */
function digestOf(lines: readonly string[]): string {
  const hash = createHash("sha256");
  for (const line of [...lines].sort()) hash.update(`${line}\n`);
  return hash.digest("hex").slice(0, 32);
}
