// More want a place at a provider than it has: who gets one is decided once in the network, by whoever leads. The provider's node
// asks it, says again what it asked until it hears, and applies the answer. Without one nobody is let go for another: who finds no
// free place within a heartbeat is turned away, and will be back.
import type { Clock, TimerHandle } from "../../contracts/clock.js";
import type { Identity } from "../../contracts/identity.js";
import { isOpen, pairKey } from "../../partnerships/agreement.js";
import { compareClaims, mayYield, settleClaims, type Verdict } from "../../partnerships/matching.js";
import { MOST_CLAIMS, type Contested, type Settled } from "../../partnerships/messages.js";
import type { AgreementBook, PairEntry } from "./agreement-book.js";
import type { AgreementSide } from "./agreement-side.js";
import { claimOf, givePlace, refusePlace, roomAt, type Answering } from "./answers.js";
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
  newcomers: Newcomer[];
  question: Question | undefined;
}

/** One that is open. An answer to another says nothing, nor does one of somebody else. */
interface Question {
  readonly asked: number;
  readonly leader: string;
  readonly newcomers: readonly Newcomer[];
}

/** Longest wait for a decision, and in how many steps it is asked for. */
const LONGEST_WAIT_MS = 10_000;
const ASKS = 4;
/** Questions whose answers a leader remembers; the oldest is forgotten beyond. */
const MOST_ANSWERS = 1024;
/** Until those are asked for who came while a question was open. */
const SOON_MS = 5;

export class PlaceContests {
  readonly #options: PlaceContestsOptions;
  readonly #contests = new Map<string, Contest>();
  /** Of this node as the leader: what it decided, by who asked and of which provider. */
  readonly #answers = new Map<string, Settled>();
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
    const contest = this.#contests.get(provider) ?? { provider, newcomers: [], question: undefined };
    this.#contests.set(provider, contest);
    entry.contested = true;
    contest.newcomers.push({ entry, side, sinceMs: clock.nowMs() });
    this.#timer ??= clock.setTimeout(this.#look, this.#waitMs / ASKS);
    // Whoever comes while a question is open is part of the next.
    if (contest.question === undefined) this.#ask(contest);
  }

  /** Where this node leads, what another asks is decided, once, and answered as often as it is asked. */
  judge(question: Contested, asker: string): void {
    const { leading, post } = this.#options;
    leading.act((token) => {
      const known = this.#answers.get(`${asker} ${question.provider}`);
      const isSame = known?.asked === question.asked && known.token === token;
      post.send(asker, isSame ? known : this.#decide(question, asker, token));
    });
  }

  /** @param leader the node that decided */
  settled({ provider, asked, token, verdicts }: Settled, leader: string): void {
    const contest = this.#contests.get(provider);
    const question = contest?.question;
    if (question?.asked !== asked || question.leader !== leader || token < this.#token) return;
    this.#token = token;
    if (contest === undefined) return;
    contest.question = undefined;
    const why = `: decided by ${leader} (${token})`;
    for (const verdict of verdicts) this.#apply(question, verdict, why);
    this.#prune(contest);
    if (contest.newcomers.some((newcomer) => !question.newcomers.includes(newcomer))) this.#askSoon(contest);
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
    if (this.#contests.size > 0) this.#timer = this.#options.clock.setTimeout(this.#look, this.#waitMs / ASKS);
  };

  /** Not at once: where this node leads, that may go on. */
  #askSoon(contest: Contest): void {
    this.#options.clock.setTimeout(() => {
      const isOpen = this.#contests.get(contest.provider) === contest && contest.question === undefined;
      if (isOpen) this.#ask(contest);
    }, SOON_MS);
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

  /** Or asks again. Another leader is asked another question, for all who want a place by then. */
  #ask(contest: Contest): void {
    const { nodeId, leading, post, isReachable } = this.#options;
    const { leader } = leading;
    if (leader === undefined) return;
    if (contest.question?.leader !== leader) contest.question = this.#question(contest, leader);
    const asking = this.#contested(contest.provider, contest.question);
    if (asking === undefined) contest.question = undefined;
    else if (leader !== nodeId) {
      if (isReachable(leader)) post.send(leader, asking);
    } else {
      const settled = leading.act((token) => this.#decide(asking, nodeId, token));
      if (settled !== undefined) this.settled(settled, nodeId);
    }
  }

  /** Of those with the best claims, where they are too many for one. */
  #question({ newcomers }: Contest, leader: string): Question {
    const nowMs = this.#options.clock.nowMs();
    const claims = newcomers
      .filter((newcomer) => this.#isWanting(newcomer))
      .map((newcomer) => ({ newcomer, claim: claimOf(newcomer.entry, nowMs) }))
      .sort((a, b) => compareClaims(a.claim, b.claim));
    this.#asked += 1;
    return { asked: this.#asked, leader, newcomers: claims.slice(0, MOST_CLAIMS).map(({ newcomer }) => newcomer) };
  }

  /** As it stands now; undefined where nobody is left whom it is about. */
  #contested(provider: string, { asked, newcomers }: Question): Contested | undefined {
    const wanting = newcomers.filter((newcomer) => this.#isWanting(newcomer));
    const answering = wanting[0] && this.#answering(wanting[0].entry);
    if (answering === undefined) return undefined;
    const { nowMs } = answering;
    const { free, holders, waiting } = roomAt(answering);
    return {
      type: "partnership.contested",
      provider,
      asked,
      newcomers: wanting.map(({ entry }) => claimOf(entry, nowMs)),
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
    const settled: Settled = { type: "partnership.settled", provider, asked, token, verdicts };
    this.#remember(`${nodeId} ${provider}`, settled);
    return settled;
  }

  #remember(key: string, settled: Settled): void {
    this.#answers.delete(key);
    this.#answers.set(key, settled);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  /** Where things have changed since it was asked so that it cannot be done, it is asked again. */
  #apply({ newcomers }: Question, { consumer, admitted, displaced }: Verdict, why: string): void {
    const newcomer = newcomers.find((each) => each.entry.consumer === consumer && this.#isWanting(each));
    const answering = newcomer && this.#answering(newcomer.entry);
    if (answering === undefined) return;
    const { entry } = answering;
    if (!admitted) {
      entry.contested = false;
      refusePlace(answering, why);
      return;
    }
    const { free } = roomAt(answering);
    const yielding = free > 0 ? undefined : this.#yielding(answering, displaced);
    if (free <= 0 && yielding === undefined) return;
    entry.contested = false;
    givePlace(answering, yielding, why);
  }

  /** Whoever was to go: where it still comes after the newcomer, and may be let go for it. */
  #yielding({ entry, nowMs }: Answering, displaced: string | undefined): PairEntry | undefined {
    if (displaced === undefined) return undefined;
    const holder = this.#options.book.get("provider", pairKey({ consumer: displaced, provider: entry.provider }));
    if (holder === undefined || holder.contested || !isOpen(holder.agreement)) return undefined;
    const claim = claimOf(entry, nowMs);
    const placed = { ...claimOf(holder, nowMs), isProtected: holder.history.protectedUntilMs > nowMs };
    return mayYield(placed, claim) && compareClaims(claim, placed) < 0 ? holder : undefined;
  }

  /** Of those who have waited for long enough, whoever finds a place free that nobody else has the better claim to has it. */
  #giveUp({ newcomers, provider }: Contest): void {
    const nowMs = this.#options.clock.nowMs();
    const wanting = newcomers.filter((newcomer) => this.#isWanting(newcomer));
    const late = new Map(
      wanting.filter(({ sinceMs }) => nowMs - sinceMs >= this.#waitMs).map(({ entry }) => [entry.consumer, entry]),
    );
    const [first] = late.values();
    if (first === undefined) return;
    const answering = this.#answering(first);
    if (answering === undefined) {
      for (const { current } of late.values()) current?.reject(`${provider} is not up here`);
      return;
    }
    const others = wanting.filter(({ entry }) => !late.has(entry.consumer)).map(({ entry }) => claimOf(entry, nowMs));
    const { free, waiting } = roomAt(answering);
    const claims = [...late.values()].map((entry) => claimOf(entry, nowMs));
    const { leader } = this.#options.leading;
    const why = leader === undefined ? "nobody leads who could decide" : `${leader} did not decide it in time`;
    for (const { consumer, admitted } of settleClaims(claims, {
      free,
      holders: [],
      waiting: [...waiting, ...others],
    })) {
      const entry = late.get(consumer);
      if (entry === undefined) continue;
      entry.contested = false;
      if (admitted) givePlace({ ...answering, entry }, undefined, "");
      else refusePlace({ ...answering, entry }, `, and ${why}`);
    }
  }

  #answering(entry: PairEntry): Answering | undefined {
    const { book, clock, ownUp } = this.#options;
    const provider = ownUp(entry.provider);
    return provider && { entry, provider, book, nowMs: clock.nowMs() };
  }
}
