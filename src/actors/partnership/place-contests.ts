// More want a place at a provider than it has: who gets one is decided once in the network, by whoever leads. The provider's node
// asks it, says again what it asked until it hears, and applies the answer. Without one nobody is let go for another: who finds no
// free place within a heartbeat is turned away, and will be back.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Identity } from "../../contracts/identity.js";
import { isOpen, pairKey } from "../../partnerships/agreement.js";
import { compareClaims, mayYield, settleClaims, type Claim, type Verdict } from "../../partnerships/matching.js";
import { MOST_CLAIMS, type Contested, type Settled } from "../../partnerships/messages.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";
import type { AgreementSide } from "./agreement-side.js";
import { claimOf, givePlace, refusePlace, roomAt, takeFreePlace, type Answering } from "./answers.js";
import type { PartnershipPost } from "./partnership-post.js";

/** Who decides what is decided once, as a node knows it. */
export interface Leading {
  readonly leader: string | undefined;
  /** Does it where this node leads, under the token of its lease. */
  act<T>(action: (token: number) => T): T | undefined;
}

/** What the leader decided, as it is shown to people. */
export interface Settlement extends Pick<Settled, "provider" | "token" | "verdicts"> {
  /** The node of the provider. */
  readonly nodeId: string;
}

export interface PlaceContestsOptions {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly heartbeatIntervalMs: number;
  /** Of this start of the node. */
  readonly incarnation: number;
  readonly book: AgreementBook;
  readonly post: Pick<PartnershipPost, "send">;
  readonly leading: Leading;
  readonly isReachable: (nodeId: string) => boolean;
  /** An instance of this node that is up. */
  readonly ownUp: (instanceId: string) => Identity | undefined;
  /** This node leads, and decided. */
  readonly onSettled: (settlement: Settlement) => void;
}

interface Newcomer {
  readonly entry: PairEntry;
  /** The agreement that it wants: another of the same pair is another matter. */
  readonly side: AgreementSide | undefined;
  readonly sinceMs: number;
}

interface Contest {
  readonly provider: string;
  newcomers: readonly Newcomer[];
  /** The question that is open; an answer to an earlier one says nothing. */
  asked: number;
}

/** Longest wait for a decision, and in how many steps it is asked for. */
const LONGEST_WAIT_MS = 10_000;
const ASKS = 4;
/** Until those are asked for who came while a question was open. */
const SOON_MS = 5;

export class PlaceContests {
  /** Answers under a lease that had ended when they came. */
  fenced = 0;
  readonly #options: PlaceContestsOptions;
  readonly #contests = new Map<string, Contest>();
  readonly #waitMs: number;
  #asked: number;
  /** The greatest under which anything was decided here. */
  #token = 0;
  #timer: TimerHandle | undefined;

  constructor(options: PlaceContestsOptions) {
    this.#options = options;
    this.#waitMs = Math.min(options.heartbeatIntervalMs, LONGEST_WAIT_MS);
    // Answers to an earlier start of this node are none to this one.
    this.#asked = options.incarnation;
  }

  /** It has no place until that is decided, which may be before this returns. */
  take(entry: PairEntry): void {
    const { clock } = this.#options;
    const { provider, current: side } = entry;
    const contest = this.#contests.get(provider) ?? { provider, newcomers: [], asked: 0 };
    this.#contests.set(provider, contest);
    entry.contested = true;
    contest.newcomers = [...contest.newcomers, { entry, side, sinceMs: clock.nowMs() }];
    if (this.#timer === undefined) this.#lookIn(this.#waitMs / ASKS);
    // Whoever comes while a question is open is part of the next.
    if (contest.asked === 0) this.#ask(contest);
  }

  /** Where this node leads, what another asks is decided and answered. */
  judge(question: Contested, asker: string): void {
    const { leading, post } = this.#options;
    leading.act((token) => {
      post.send(asker, this.#decide(question, asker, token));
    });
  }

  /** @param leader the node that decided */
  settled({ provider, asked, token, verdicts }: Settled, leader: string): void {
    if (token < this.#token) this.fenced += 1;
    const contest = this.#contests.get(provider);
    if (token < this.#token || contest?.asked !== asked) return;
    this.#token = token;
    contest.asked = 0;
    const why = `: decided by ${leader} (${token})`;
    for (const verdict of verdicts) this.#apply(contest, verdict, why);
    this.#prune(contest);
    const judged = new Set(verdicts.map(({ consumer }) => consumer));
    if (contest.newcomers.some(({ entry }) => !judged.has(entry.consumer))) this.#lookIn(SOON_MS);
  }

  close(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
    this.#contests.clear();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    for (const contest of [...this.#contests.values()]) {
      this.#giveUp(contest);
      this.#prune(contest);
      if (contest.newcomers.length > 0) this.#ask(contest);
    }
    if (this.#contests.size > 0) this.#lookIn(this.#waitMs / ASKS);
  };

  #lookIn(ms: number): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(this.#look, ms);
  }

  /** Only those who still want a place. */
  #prune(contest: Contest): void {
    contest.newcomers = contest.newcomers.filter((newcomer) => this.#isWanting(newcomer));
    const isLast = contest.newcomers.length === 0 && this.#contests.get(contest.provider) === contest;
    if (isLast) this.#contests.delete(contest.provider);
  }

  #isWanting({ entry, side }: Newcomer): boolean {
    return entry.contested && entry.current === side && isOpen(entry.agreement);
  }

  #ask(contest: Contest): void {
    const { nodeId, leading, post, isReachable } = this.#options;
    const question = this.#question(contest);
    const { leader } = leading;
    if (question === undefined || leader === undefined) return;
    contest.asked = question.asked;
    if (leader !== nodeId) {
      if (isReachable(leader)) post.send(leader, question);
      return;
    }
    const settled = leading.act((token) => this.#decide(question, nodeId, token));
    if (settled !== undefined) this.settled(settled, nodeId);
  }

  #question({ provider, newcomers, asked }: Contest): Contested | undefined {
    // What was just decided for one of them may have brought another here before the rest was told.
    const wanting = newcomers.filter((newcomer) => this.#isWanting(newcomer));
    const [first] = wanting;
    const answering = first && this.#answering(first.entry);
    if (answering === undefined) return undefined;
    const { nowMs } = answering;
    const { free, holders, waiting } = roomAt(answering);
    const claims = wanting.map(({ entry }) => claimOf(entry, nowMs)).sort(compareClaims);
    if (asked === 0) this.#asked += 1;
    return {
      type: "partnership.contested",
      provider,
      asked: asked === 0 ? this.#asked : asked,
      newcomers: claims.slice(0, MOST_CLAIMS),
      room: {
        free,
        // Of those who may have to go, the ones that would be the first to.
        holders: holders
          .filter(({ isProtected, spare }) => !isProtected || spare)
          .sort(compareClaims)
          .slice(-MOST_CLAIMS)
          .map(({ entry, isProtected }) => ({ ...claimOf(entry, nowMs), isProtected })),
        waiting: [...waiting].sort(compareClaims).slice(0, MOST_CLAIMS),
      },
    };
  }

  #decide({ provider, asked, newcomers, room }: Contested, nodeId: string, token: number): Settled {
    const verdicts = [...settleClaims(newcomers, room)];
    this.#options.onSettled({ nodeId, provider, token, verdicts });
    return { type: "partnership.settled", provider, asked, token, verdicts };
  }

  /** Where things have changed since it was asked so that it cannot be done, it is asked again. */
  #apply(contest: Contest, { consumer, admitted, displaced }: Verdict, why: string): void {
    const newcomer = contest.newcomers.find((each) => each.entry.consumer === consumer && this.#isWanting(each));
    const answering = newcomer && this.#answering(newcomer.entry);
    if (answering === undefined) return;
    const { entry, nowMs } = answering;
    if (!admitted) {
      entry.contested = false;
      refusePlace(answering, why);
      return;
    }
    const { free } = roomAt(answering);
    const yielding = free > 0 ? undefined : this.#yielding(contest, claimOf(entry, nowMs), displaced);
    if (free <= 0 && yielding === undefined) return;
    entry.contested = false;
    givePlace(answering, yielding, why);
  }

  #yielding({ provider }: Contest, newcomer: Claim, displaced: string | undefined): PairEntry | undefined {
    if (displaced === undefined) return undefined;
    const { book, clock } = this.#options;
    const holder = book.get("provider", pairKey({ consumer: displaced, provider }));
    if (holder === undefined || holder.contested || !isOpen(holder.agreement)) return undefined;
    const nowMs = clock.nowMs();
    const isProtected = holder.history.protectedUntilMs > nowMs;
    return mayYield({ ...claimOf(holder, nowMs), isProtected }, newcomer) ? holder : undefined;
  }

  /** Those who have waited for long enough. */
  #giveUp(contest: Contest): void {
    const nowMs = this.#options.clock.nowMs();
    const late = contest.newcomers.filter(({ sinceMs }) => nowMs - sinceMs >= this.#waitMs);
    for (const newcomer of late.filter((each) => this.#isWanting(each))) {
      const { entry } = newcomer;
      entry.contested = false;
      const answering = this.#answering(entry);
      if (answering === undefined) entry.current?.reject(`${contest.provider} is not up here`);
      else if (takeFreePlace(answering)) givePlace(answering, undefined, "");
      else refusePlace(answering, ", and nobody leads who could decide");
    }
  }

  #answering(entry: PairEntry): Answering | undefined {
    const { book, clock, ownUp } = this.#options;
    const provider = ownUp(entry.provider);
    return provider && { entry, provider, book, nowMs: clock.nowMs() };
  }
}
