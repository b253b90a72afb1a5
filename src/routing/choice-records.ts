// The choices that are kept to be explained: per product the last ones that say something, and a sample of the rest.
import type { Clock } from "../contracts/clock.js";
import type { ErrorCode } from "../contracts/errors.js";
import type { KeptFor, RouteRecord } from "../contracts/route-record.js";
import { BoundedQueue } from "../kernel/bounded-queue.js";
import type { Candidate } from "./candidate.js";
import type { Choice } from "./choice.js";
import { TERM, TERMS } from "./choice-terms.js";
import { chooseRow } from "./choose.js";
import type { Strategy } from "./strategy.js";

export interface AttemptOutcome {
  readonly success: boolean;
  readonly code: ErrorCode | null;
  readonly latencyMs: number;
}

/** Kept per product; the oldest makes room. */
const MAX_PER_PRODUCT = 64;
/** Products with kept choices; the one that is first to be known makes room. */
const MAX_PRODUCTS = 512;

/** Flat, so that keeping costs little: it is made a record when somebody asks. */
interface Kept {
  /** The so-manieth that was kept, from 1. */
  readonly index: number;
  readonly choice: Pick<
    Choice,
    "serial" | "nowMs" | "attempt" | "from" | "isPanic" | "considered" | "winner" | "trial" | "draw" | "tieDraw"
  >;
  readonly call: NonNullable<Choice["call"]>;
  readonly keptFor: KeptFor;
  readonly terms: Float64Array;
  readonly pool: readonly Candidate[];
  readonly drawn: readonly [number, number] | undefined;
  readonly excluded: Choice["excluded"];
  readonly outcome: AttemptOutcome;
}

const NOBODY: Choice["excluded"] = [];

export class ChoiceRecords {
  readonly #strategy: Strategy;
  readonly #clock: Clock;
  readonly #byProduct = new Map<string, BoundedQueue<Kept>>();
  #total = 0;

  constructor(strategy: Strategy, clock: Clock) {
    this.#strategy = strategy;
    this.#clock = clock;
  }

  /** Kept since the start, those that made room included. */
  get total(): number {
    return this.#total;
  }

  keep(choice: Choice, outcome: AttemptOutcome): void {
    const { call, count } = choice;
    if (call === undefined) return;
    const queue = this.#queueOf(call.route.gives);
    const oldest = queue.isFull ? queue.shift() : undefined;
    const { serial, nowMs, attempt, from, isPanic, considered, winner, trial, draw, tieDraw } = choice;
    this.#total += 1;
    queue.push({
      index: this.#total,
      choice: { serial, nowMs, attempt, from, isPanic, considered, winner, trial, draw, tieDraw },
      call,
      keptFor: choice.keepFor ?? "failure",
      terms: copied(choice, count * TERMS, oldest?.terms),
      pool: choice.pool,
      drawn: choice.drawn,
      excluded: choice.excluded.length === 0 ? NOBODY : [...choice.excluded],
      outcome,
    });
  }

  /** Of one product, or of all; newest first. */
  list(product?: string): readonly RouteRecord[] {
    const queues = product === undefined ? [...this.#byProduct.values()] : [this.#byProduct.get(product)];
    return queues
      .flatMap((queue) => queue?.toArray() ?? [])
      .sort((a, b) => b.choice.serial - a.choice.serial)
      .map((kept) => this.#record(kept));
  }

  /** Those still here that were kept after the first `total`, in the order in which they were kept. */
  keptAfter(total: number): readonly RouteRecord[] {
    if (total === this.#total) return [];
    const later: Kept[] = [];
    for (const queue of this.#byProduct.values()) {
      for (const kept of queue.toArray()) if (kept.index > total) later.push(kept);
    }
    return later.sort((a, b) => a.index - b.index).map((kept) => this.#record(kept));
  }

  /** Product keys with kept choices. */
  products(): readonly string[] {
    return [...this.#byProduct.keys()].sort();
  }

  #queueOf(product: string): BoundedQueue<Kept> {
    let queue = this.#byProduct.get(product);
    if (queue !== undefined) return queue;
    const first = this.#byProduct.size >= MAX_PRODUCTS ? this.#byProduct.keys().next().value : undefined;
    if (first !== undefined) this.#byProduct.delete(first);
    queue = new BoundedQueue<Kept>(MAX_PER_PRODUCT);
    this.#byProduct.set(product, queue);
    return queue;
  }

  #record(kept: Kept): RouteRecord {
    const { choice, call, keptFor, terms, excluded, outcome } = kept;
    const rows = rowsOf(kept);
    const { serial, nowMs, attempt, from, isPanic, considered, winner, draw, tieDraw, trial } = choice;
    const strategy = this.#strategy;
    return {
      serial,
      at: new Date(this.#clock.wallMs() + nowMs - this.#clock.nowMs()).toISOString(),
      product: call.route.gives,
      operationId: call.operationId,
      consumer: call.consumer,
      correlationId: call.correlationId,
      attempt,
      keptFor,
      strategy: strategy.name,
      panic: isPanic,
      probe: trial >= 0 && trial === winner,
      draw: Number.isNaN(draw) ? null : draw,
      tieDraw: Number.isNaN(tieDraw) ? null : tieDraw,
      from,
      considered,
      candidates: rows.map((row, index) => ({
        ...row,
        terms: termsOf(terms, index * TERMS),
        score: finite(strategy.score(terms, index * TERMS)),
      })),
      excluded: excluded.map(({ candidate, reason }) => ({ instanceId: candidate.link.instanceId, reason })),
      winner: rows[winner]?.instanceId ?? "",
      runnerUp: runnerUp(strategy, terms, { rows, winner, tieDraw: Number.isNaN(tieDraw) ? 0 : tieDraw }),
      outcome: { ...outcome },
    };
  }
}

/** Into the array of a record that made room, where it fits: new arrays would cost more than all the rest. */
function copied({ terms, base }: Choice, length: number, room: Float64Array | undefined): Float64Array {
  const copy = room?.length === length ? room : new Float64Array(length);
  for (let index = 0; index < length; index += 1) copy[index] = terms[base + index]!;
  return copy;
}

interface Row {
  readonly instanceId: string;
  readonly position: number;
  readonly wantsTrial: boolean;
}

function rowsOf({ choice, pool, drawn, terms }: Kept): readonly Row[] {
  return Array.from({ length: terms.length / TERMS }, (_, row) => {
    const position = drawn === undefined ? row : (drawn[row] ?? row);
    return { instanceId: pool[position]?.link.instanceId ?? "", position, wantsTrial: row === choice.trial };
  });
}

export function termsOf(terms: Float64Array, base: number): RouteRecord["candidates"][number]["terms"] {
  const latencyMs = terms[base + TERM.latencyMs]!;
  return {
    pending: terms[base + TERM.pending]!,
    others: terms[base + TERM.others]!,
    latencyMs: latencyMs < 0 ? null : latencyMs,
    stallMs: terms[base + TERM.stallMs]!,
    successRate: terms[base + TERM.successRate]!,
    preference: terms[base + TERM.preference]!,
    missingCapabilities: terms[base + TERM.missingCapabilities]!,
    calls: terms[base + TERM.calls]!,
    turn: terms[base + TERM.turn]!,
  };
}

/** Who would have been taken had the winner not been there. */
function runnerUp(
  strategy: Strategy,
  terms: Float64Array,
  { rows, winner, tieDraw }: { readonly rows: readonly Row[]; readonly winner: number; readonly tieDraw: number },
): string | null {
  if (rows.length < 2) return null;
  const others = rows.filter((_, row) => row !== winner);
  const rest = new Float64Array(others.length * TERMS);
  let at = 0;
  for (let row = 0; row < rows.length; row += 1) {
    if (row === winner) continue;
    rest.set(terms.subarray(row * TERMS, (row + 1) * TERMS), at);
    at += TERMS;
  }
  return others[chooseRow(strategy, { terms: rest, count: others.length, tieDraw })]?.instanceId ?? null;
}

/** JSON knows no infinity. */
export function finite(score: number): number | null {
  return Number.isFinite(score) ? score : null;
}
