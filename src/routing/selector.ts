// Chooses an instance for one attempt of a call: who is left out, what is weighed of the rest, and who wins.
import type { Random } from "../contracts/random.js";
import type { Exclusion } from "../contracts/route-record.js";
import type { Candidate } from "./candidate.js";
import { Choice, neutralRows, writeRow } from "./choice.js";
import { ChoiceSnapshots } from "./choice-snapshots.js";
import { FULL_SCAN_LIMIT, TERM, TERMS } from "./choice-terms.js";
import { chooseRow, drawTwo, needsDraw } from "./choose.js";
import type { PendingCall } from "./pending-call.js";
import type { Candidates } from "./route.js";
import type { Strategy, Weigh } from "./strategy.js";

/** What the partnerships of a consumer, an instance or an engine, weigh: factors by instance id, 1 being neutral and less better. */
export interface Preferences {
  factorsOf(consumer: string): ReadonlyMap<string, number> | undefined;
}

// Read on every call: a constant of this module costs nothing, one of another a look-up.
const { preference: PREFERENCE } = TERM;
const ROW = TERMS;

export interface SelectorOptions {
  readonly strategy: Strategy;
  readonly random: Random;
  readonly preferences?: Preferences | undefined;
  /** One in so many choices is recorded, at random. */
  readonly sampleEvery: number;
  /** Every choice can be explained until its call has ended. */
  readonly keepsAll: boolean;
}

/** With a smaller share of its candidates healthy a router panics: it takes them all, lest the healthy ones drown. */
const PANIC_BELOW = 0.5;

export class Selector {
  readonly strategy: Strategy;
  readonly #random: Random;
  readonly #preferences: Preferences | undefined;
  readonly #sampleEvery: number;
  readonly #weigh: Weigh;
  readonly #draws: boolean;
  readonly #keepsAll: boolean;
  readonly #snapshots = new ChoiceSnapshots();
  #serial = 0;
  #untilSample: number;

  constructor({ strategy, random, preferences, sampleEvery, keepsAll }: SelectorOptions) {
    this.strategy = strategy;
    this.#weigh = strategy.weigh ?? inTwoSteps(strategy);
    this.#draws = strategy.ties === "drawn";
    this.#random = random;
    this.#preferences = preferences;
    this.#sampleEvery = sampleEvery;
    this.#keepsAll = keepsAll;
    this.#untilSample = random.integer(sampleEvery) + 1;
  }

  /** Undefined where there is nobody to choose from. */
  select({ up, coming }: Candidates, call: PendingCall, nowMs: number): Choice | undefined {
    const list = up.length > 0 ? up : coming;
    if (list.length === 0) return undefined;
    const choice = new Choice();
    this.#serial += 1;
    choice.serial = this.#serial;
    choice.call = call;
    choice.nowMs = nowMs;
    choice.attempt = call.attempts + 1;
    choice.from = up.length > 0 ? "running" : "coming";
    this.#selectWithCare(list, choice, call);
    choice.taken.turn = this.#serial;
    this.#untilSample -= 1;
    this.#mark(choice);
    return choice;
  }

  /**
   * The same choice where nothing is to be said of it but who won, in one pass; until the call's first attempt ends, `recall`
   * gives it at full length. Undefined where something is to be said, or where it is to be a sample.
   */
  selectPlain({ up }: Candidates, call: PendingCall, nowMs: number): Candidate | undefined {
    const count = up.length;
    if (count === 0 || count > FULL_SCAN_LIMIT || this.#draws || this.#untilSample <= 1 || !call.isPlain)
      return undefined;
    const snapshots = this.#snapshots;
    const keeps = this.#keepsAll;
    const slot = keeps ? snapshots.take() : 0;
    if (slot < 0) return undefined;
    const terms = keeps ? snapshots.terms : undefined;
    const weigh = this.#weigh;
    const factors = this.#preferences?.factorsOf(call.options.behalf ?? call.consumer);
    let best = up[0] as Candidate;
    let bestScore = Infinity;
    for (let index = 0, base = slot * ROW; index < count; index += 1, base += ROW) {
      const candidate = up[index] as Candidate;
      if (!candidate.gate.isClosed || candidate.isSuspect) {
        if (keeps) snapshots.release(slot);
        return undefined;
      }
      const preference = factors === undefined ? 1 : (factors.get(candidate.link.instanceId) ?? 1);
      const score = weigh(terms, base, candidate, nowMs, preference);
      if (score < bestScore || (score === bestScore && candidate.calls < best.calls)) {
        best = candidate;
        bestScore = score;
      }
    }
    this.#serial += 1;
    this.#untilSample -= 1;
    best.turn = this.#serial;
    if (!keeps) return best;
    snapshots.serials[slot] = this.#serial;
    call.snapshot = slot;
    return best;
  }

  /** The plain choice of the call's first attempt, where that is still kept; good until it is forgotten. */
  recall(call: PendingCall): Choice | undefined {
    const { snapshot, candidate } = call;
    if (snapshot < 0 || candidate === undefined) return undefined;
    // A route never changes, it is replaced.
    const pool = call.route.byKind[call.request.kind].up;
    const { terms, serials } = this.#snapshots;
    const choice = new Choice();
    choice.serial = serials[snapshot] ?? 0;
    choice.call = call;
    choice.nowMs = call.sentMs;
    choice.recall(pool, terms, snapshot * ROW);
    choice.winner = pool.indexOf(candidate);
    return choice;
  }

  /** Nothing will be recalled of the call's first attempt any more. */
  forget(call: PendingCall): void {
    if (call.snapshot < 0) return;
    this.#snapshots.release(call.snapshot);
    call.snapshot = -1;
  }

  /** Somebody may have to be left out, or to be drawn. */
  #selectWithCare(list: readonly Candidate[], choice: Choice, call: PendingCall): void {
    let allowed = areAllClear(list) ? list : healthyOf(list, choice);
    if (call.options.prefer !== undefined && call.attempts === 0)
      allowed = narrowed(allowed, choice, notPreferred(call));
    if (call.tried !== undefined) allowed = narrowed(allowed, choice, triedBefore(call));
    if (allowed.length <= FULL_SCAN_LIMIT) choice.weighAll(allowed);
    else {
      choice.draw = this.#random.next();
      choice.weighTwo(allowed, drawTwo(allowed.length, choice.draw));
    }
    const factors = this.#preferences?.factorsOf(call.options.behalf ?? call.consumer);
    if (factors !== undefined) preferPartners(choice, factors);
    if (call.options.capabilities !== undefined) matchCapabilities(choice, call.options.capabilities);
    if (needsDraw(this.strategy, choice.count)) choice.tieDraw = this.#random.next();
    choice.winner = this.#trialOr(chooseRow(this.strategy, choice), choice, call);
  }

  /** Who wants a trial call gets it. What has effects is none: it cannot be tried elsewhere when it fails. */
  #trialOr(best: number, choice: Choice, { route }: PendingCall): number {
    if (route.effects) return best;
    for (let row = 0; row < choice.count && choice.trial < 0; row += 1) {
      if (choice.candidate(row).gate.wantsTrial) choice.trial = row;
    }
    return choice.trial >= 0 ? choice.trial : best;
  }

  #mark(choice: Choice): void {
    if (choice.attempt > 1) choice.keepFor = "retry";
    else if (choice.isPanic || choice.excluded.some(isTelling)) choice.keepFor = "exclusion";
    else if (this.#untilSample <= 0) choice.keepFor = "sample";
    // Uniform over twice the mean: one in `sampleEvery`, without a beat that traffic could fall in with.
    if (this.#untilSample <= 0) this.#untilSample = this.#random.integer(2 * this.#sampleEvery - 1) + 1;
  }
}

/** That a product is fetched from where it lies is no news. */
function isTelling({ reason }: { readonly reason: Exclusion }): boolean {
  return reason !== "not_preferred";
}

function inTwoSteps({ score }: Strategy): Weigh {
  const row = neutralRows(1);
  // eslint-disable-next-line @typescript-eslint/max-params -- it runs for every candidate of every call
  return (terms, base, candidate, nowMs, preference) => {
    const [into, at] = terms === undefined ? [row, 0] : [terms, base];
    writeRow(into, at, candidate, nowMs);
    into[at + PREFERENCE] = preference;
    return score(into, at);
  };
}

function preferPartners(choice: Choice, factors: ReadonlyMap<string, number>): void {
  for (let row = 0; row < choice.count; row += 1) {
    const factor = factors.get(choice.candidate(row).link.instanceId);
    if (factor !== undefined) choice.setTerm(row, "preference", factor);
  }
}

function matchCapabilities(choice: Choice, wanted: readonly string[]): void {
  for (let row = 0; row < choice.count; row += 1) {
    choice.setTerm(row, "missingCapabilities", missingOf(wanted, choice.candidate(row).capabilities));
  }
}

function missingOf(wanted: readonly string[], offered: ReadonlySet<string>): number {
  return wanted.filter((capability) => !offered.has(capability)).length;
}

function areAllClear(list: readonly Candidate[]): boolean {
  for (let index = 0; index < list.length; index += 1) {
    const candidate = list[index] as Candidate;
    if (!candidate.gate.isClosed || candidate.isSuspect) return false;
  }
  return true;
}

/** Everybody healthy, or in panic everybody. */
function healthyOf(list: readonly Candidate[], choice: Choice): readonly Candidate[] {
  const healthy: Candidate[] = [];
  for (const candidate of list) {
    const { gate, isSuspect } = candidate;
    if (!isSuspect && (gate.isClosed || gate.wantsTrial)) healthy.push(candidate);
    else choice.excluded.push({ candidate, reason: doubtOf(candidate) });
  }
  if (healthy.length >= PANIC_BELOW * list.length) return healthy;
  choice.isPanic = true;
  choice.excluded.length = 0;
  return list;
}

function doubtOf({ gate, isSuspect }: Candidate): Exclusion {
  if (isSuspect) return "suspect";
  return gate.mode === "open" ? "breaker_open" : "probing";
}

interface Objection {
  readonly reason: Exclusion;
  readonly holds: (instanceId: string) => boolean;
}

function notPreferred({ options }: PendingCall): Objection {
  return { reason: "not_preferred", holds: (instanceId) => options.prefer?.includes(instanceId) !== true };
}

function triedBefore({ tried }: PendingCall): Objection {
  return { reason: "tried", holds: (instanceId) => tried?.includes(instanceId) === true };
}

/** Leaves out those for whom the reason holds, unless that would leave nobody. */
function narrowed(allowed: readonly Candidate[], choice: Choice, { reason, holds }: Objection): readonly Candidate[] {
  const left = allowed.filter(({ link }) => !holds(link.instanceId));
  if (left.length === 0 || left.length === allowed.length) return allowed;
  for (const candidate of allowed) if (holds(candidate.link.instanceId)) choice.excluded.push({ candidate, reason });
  return left;
}
