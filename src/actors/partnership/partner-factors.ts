// What partners weigh when the router chooses, ready to be read on every call: by consumer, an instance or its whole engine.
import type { Agreement } from "../../contracts/partnership.js";
import { preferenceFactor } from "../../partnerships/relationship.js";

type Factors = Map<string, number>;

export class PartnerFactors {
  readonly #byConsumer = new Map<string, Factors>();
  /** Consumers of an engine, of which some partner weighs more or less than a stranger. */
  readonly #instances = new Map<string, Set<string>>();

  /** By provider; a stranger's factor is 1. Undefined where nobody weighs more or less than a stranger. */
  readonly factorsOf = (consumer: string): ReadonlyMap<string, number> | undefined => this.#byConsumer.get(consumer);

  update(agreement: Agreement): void {
    const { consumer, provider } = agreement;
    const factor = preferenceFactor(agreement);
    if (factor === (this.#byConsumer.get(consumer)?.get(provider) ?? 1)) return;
    this.#set(consumer, provider, factor);
    this.#weighEngine(consumer.slice(0, consumer.indexOf(".")), consumer, provider);
  }

  /** An engine holds a provider for as close as the closest of its instances does. */
  #weighEngine(engineId: string, consumer: string, provider: string): void {
    const instances = this.#instances.get(engineId) ?? new Set<string>();
    this.#instances.set(engineId, instances.add(consumer));
    const factors = [...instances].flatMap((instance) => this.#byConsumer.get(instance)?.get(provider) ?? []);
    this.#set(engineId, provider, factors.length > 0 ? Math.min(...factors) : 1);
    if (!this.#byConsumer.has(consumer)) instances.delete(consumer);
    if (instances.size === 0) this.#instances.delete(engineId);
  }

  #set(consumer: string, provider: string, factor: number): void {
    const factors = this.#byConsumer.get(consumer);
    if (factor !== 1) {
      if (factors === undefined) this.#byConsumer.set(consumer, new Map([[provider, factor]]));
      else factors.set(provider, factor);
    } else if (factors?.delete(provider) === true && factors.size === 0) this.#byConsumer.delete(consumer);
  }
}
