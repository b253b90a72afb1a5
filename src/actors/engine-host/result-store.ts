// Results that an instance keeps for its consumers, by content key, within the budget of its node. Losing one costs time,
// never correctness: it is made again from its recipe.
import { approximateBytes } from "../../kernel/approximate-bytes.js";
import type { KeptEntry, ResultBudget } from "./result-budget.js";

export interface KeptResult {
  readonly value: unknown;
  /** The run that it was made for. */
  readonly runId: string;
  readonly pinned: Readonly<Record<string, unknown>> | undefined;
}

const MAX_RESULTS = 256;

interface Kept extends KeptEntry {
  readonly result: KeptResult;
}

export class ResultStore {
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  readonly #budget: ResultBudget;

  constructor(budget: ResultBudget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(key: string): KeptResult | undefined {
    const entry = this.#kept.get(key);
    if (entry === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    this.#budget.touch(entry);
    return entry.result;
  }

  put(key: string, result: KeptResult): void {
    this.#forget(key);
    const drop = (): void => {
      this.#kept.delete(key);
    };
    const entry: Kept = { result, bytes: approximateBytes(result.value), drop };
    this.#kept.set(key, entry);
    this.#budget.add(entry);
    if (this.#kept.size <= MAX_RESULTS) return;
    this.#forget(this.#kept.keys().next().value as string);
    this.#budget.evicted += 1;
  }

  clear(): void {
    for (const entry of this.#kept.values()) this.#budget.remove(entry);
    this.#kept.clear();
  }

  #forget(key: string): void {
    const entry = this.#kept.get(key);
    if (entry === undefined) return;
    this.#kept.delete(key);
    this.#budget.remove(entry);
  }
}
