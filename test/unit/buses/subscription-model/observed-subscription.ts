// One real subscription of a memory bus whose handler follows the scripts of its messages, and what can be seen of it.
import { expect } from "vitest";
import { createMemoryBus } from "../../../../src/buses/memory-bus.js";
import type { Bus, Subscription } from "../../../../src/contracts/bus.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import type { End, Script, Setting, SubscriptionModel } from "./subscription-model.js";

interface Scripted {
  readonly number: number;
  readonly script: Script;
}

const TOPIC = "topic";

export class ObservedSubscription {
  readonly #bus: Bus;
  readonly #setting: Setting;
  readonly #subscription: Subscription;
  readonly #messages: Envelope<Scripted>[] = [];
  readonly #handled: number[] = [];
  readonly #ends: End[] = [];
  #running: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;

  constructor(setting: Setting) {
    const { channel, whenSlow, queue, waiters } = setting;
    this.#setting = setting;
    this.#bus = createMemoryBus({ limits: { waiters } });
    this.#subscription = this.#bus.channel(channel).subscribe<Scripted>(TOPIC, (message) => this.#handle(message), {
      name: "observed",
      queue,
      whenSlow,
    });
  }

  create(script: Script): number {
    const number = this.#messages.length;
    const { subject, priority } = script;
    const stamp = { specversion: "1.0", source: "test", type: "t", time: "2024-01-01T00:00:00.000Z" } as const;
    const data = { number, script };
    this.#messages.push({ ...stamp, id: `id-${number}`, subject, priority, incarnation: 1, sequence: number, data });
    return number;
  }

  publish(number: number): void {
    const publication = this.#ends.push("taken") - 1;
    const sent = this.#bus.channel(this.#setting.channel).publish(TOPIC, this.#messages[number] as Envelope);
    if (sent === undefined) return;
    this.#ends[publication] = "waiting";
    sent.then(
      () => (this.#ends[publication] = "taken"),
      (error: unknown) => (this.#ends[publication] = (error as { code: End }).code),
    );
  }

  settle(outcome: "succeeds" | "throws"): void {
    const running = this.#running;
    this.#running = undefined;
    if (outcome === "succeeds") running?.resolve();
    else running?.reject(new Error("scripted"));
  }

  close(): void {
    this.#subscription.close();
  }

  async stop(): Promise<void> {
    await this.#bus.stop();
  }

  /** Everything that can be seen is as the model has it, once all promise jobs have run. */
  async expectAs(model: SubscriptionModel): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    expect(this.#handled).toEqual(model.handled);
    expect(this.#ends).toEqual(model.ends);
    expect(this.#subscription.stats).toMatchObject(model.stats);
    expect(this.#bus.deadLetters().map(({ message }) => message.sequence)).toEqual(model.dead);
    expect(this.#running !== undefined).toBe(model.running !== undefined);
  }

  #handle({ data: { number, script } }: Envelope<Scripted>): void | Promise<void> {
    const deliveriesBefore = this.#handled.filter((other) => other === number).length;
    this.#handled.push(number);
    if (script.nested !== undefined && deliveriesBefore === 0) this.publish(this.create(script.nested));
    const outcome = script.outcomes[deliveriesBefore % 3];
    if (outcome === "throws") throw new Error("scripted");
    if (outcome === "succeeds") return;
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject };
    });
  }
}
