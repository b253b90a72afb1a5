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
  readonly onMalformed: () => void;
}

export class Receipts {
  readonly #options: ReceiptsOptions;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  take(payload: string): void {
    const { outbox, log, onMalformed } = this.#options;
    const told = readAcks(payload, log);
    if (told === undefined) onMalformed();
    for (const ack of told?.acks ?? []) outbox.acknowledge(told?.view ?? "", ack);
  }

  /** @param done batches of this view and of others that the reader is done with */
  takeAlong(reader: string, done: readonly DoneBatch[]): void {
    const { view, outbox } = this.#options;
    // What came with it is more urgent.
    afterTurn(() => {
      for (const [publisher, topic, sequence] of done) {
        if (publisher !== view) continue;
        outbox.acknowledge(reader, { topic, sequence, taken: "all", refused: [], heard: true, done: true });
      }
    });
  }
}
