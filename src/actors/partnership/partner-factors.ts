// What partners weigh when the router chooses, ready to be read on every call.
import type { Agreement } from "../../contracts/partnership.js";
import { preferenceFactor } from "../../partnerships/relationship.js";

export class PartnerFactors {
  readonly #byConsumer = new Map<string, Map<string, number>>();

  /** By provider; a stranger's factor is 1. Undefined where nobody weighs more or less than a stranger. */
  readonly factorsOf = (consumer: string): ReadonlyMap<string, number> | undefined => this.#byConsumer.get(consumer);

  update(agreement: Agreement): void {
    const { consumer, provider } = agreement;
    const factor = preferenceFactor(agreement);
    const factors = this.#byConsumer.get(consumer);
    if (factor !== 1) {
      if (factors === undefined) this.#byConsumer.set(consumer, new Map([[provider, factor]]));
      else factors.set(provider, factor);
    } else if (factors?.delete(provider) === true && factors.size === 0) this.#byConsumer.delete(consumer);
  }
}
