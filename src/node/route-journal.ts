// Kept routing choices on their way into the journal: written once a second, not while a call waits for its choice.
import type { Journal } from "../contracts/journal.js";
import type { ChoiceRecords } from "../routing/choice-records.js";

export interface RouteJournalOptions {
  readonly nodeId: string;
  readonly records: ChoiceRecords;
  readonly journal: Journal;
}

export class RouteJournal {
  readonly #options: RouteJournalOptions;
  #written = 0;

  constructor(options: RouteJournalOptions) {
    this.#options = options;
  }

  /** Appends what was kept since the last time; of one product, at most as many as are kept of it. */
  write(): void {
    const { nodeId, records, journal } = this.#options;
    for (const { at, operationId, ...data } of records.keptAfter(this.#written)) {
      journal.append({ at, node: nodeId, kind: "route.chosen", subject: operationId, data });
    }
    this.#written = records.total;
  }
}
