// The end of an attempt: what it teaches about its instance, and whether its choice is kept to be explained.
import type { AttemptOutcome, ChoiceRecords } from "./choice-records.js";
import type { Choice } from "./choice.js";
import { measureAnswer, measureFailure, type Verdict } from "./attempt-meter.js";
import type { Attempt, PendingCall } from "./pending-call.js";
import type { RouteTable } from "./route-table.js";
import type { Selector } from "./selector.js";

export class AttemptBook {
  readonly #selector: Selector;
  readonly #records: ChoiceRecords;

  readonly #table: RouteTable;

  constructor(selector: Selector, records: ChoiceRecords, table: RouteTable) {
    this.#selector = selector;
    this.#records = records;
    this.#table = table;
  }

  answered(call: PendingCall, attempt: Attempt, nowMs: number): void {
    measureAnswer(call, attempt, nowMs);
    const { making } = call.options;
    if (making !== undefined && making.missedBy.length > 0) {
      const { consumer, route } = call;
      this.#table.missed({ product: route.gives, instances: making.missedBy, consumers: [consumer] }, nowMs);
    }
    if (attempt === call) this.#selector.forget(call);
    const { choice } = attempt;
    if (choice === undefined) return;
    if (choice.keepFor !== undefined) this.#keep(choice, attempt, { success: true, code: null, nowMs });
    attempt.choice = undefined;
  }

  /** It failed, or was ended from this side. */
  ended(call: PendingCall, attempt: Attempt, verdict: Verdict): void {
    measureFailure(call, attempt, verdict);
    const { success, code, nowMs } = verdict;
    const choice = attempt.choice ?? (attempt === call && success === false ? this.#selector.recall(call) : undefined);
    if (choice !== undefined && (success === false || (success === true && choice.keepFor !== undefined))) {
      this.#keep(choice, attempt, { success, code, nowMs });
    }
    attempt.choice = undefined;
    if (attempt === call) this.#selector.forget(call);
  }

  /** Ends an attempt from this side. */
  release(call: PendingCall, attempt: Attempt, verdict: Omit<Verdict, "answered">): void {
    this.ended(call, attempt, { ...verdict, answered: false });
    attempt.giveUp();
  }

  #keep(choice: Choice, { sentMs }: Attempt, { nowMs, ...outcome }: Ended): void {
    this.#records.keep(choice, { ...outcome, latencyMs: nowMs - sentMs });
  }
}

interface Ended extends Omit<AttemptOutcome, "latencyMs"> {
  readonly nowMs: number;
}
