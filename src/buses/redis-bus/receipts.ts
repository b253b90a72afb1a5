// What readers tell of what this view published: in acknowledgements of their own, or along with what they publish themselves.
import type { Logger } from "../../contracts/logger.js";
import { afterTurn } from "../../kernel/after-turn.js";
import { readAcks } from "./acks.js";
import type { Outbox } from "./outbox.js";
import type { DoneBatch } from "./wire.js";

export interface ReceiptsOptions {
  readonly view: string;
  readonly outbox: Outbox;
  readonly log: Logger;
  readonly counts: { malformed: number };
}

export class Receipts {
  readonly #options: ReceiptsOptions;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** @param wasHeard it came on the line on which this view also hears who begins to read */
  take(payload: string, wasHeard: boolean): void {
    const { outbox, log, counts } = this.#options;
    const told = readAcks(payload, log);
    if (told === undefined) counts.malformed += 1;
    for (const ack of told?.acks ?? []) outbox.acknowledge(told?.view ?? "", ack, wasHeard);
  }

  /** By what was heard. @param done batches of this view and of others that the reader is done with */
  takeAlong(reader: string, done: readonly DoneBatch[]): void {
    const { view, outbox } = this.#options;
    // What came with it is more urgent.
    afterTurn(() => {
      for (const [publisher, topic, sequence] of done) {
        if (publisher !== view) continue;
        const ack = { topic, sequence, taken: "all", refused: [], heard: true, done: true } as const;
        outbox.acknowledge(reader, ack, true);
      }
    });
  }
}
