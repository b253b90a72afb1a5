import type { AsyncCommand } from "fast-check";
import type { ObservedSubscription } from "./observed-subscription.js";
import type { Script, SubscriptionModel } from "./subscription-model.js";

/** A new message. */
export class PublishCommand implements AsyncCommand<SubscriptionModel, ObservedSubscription> {
  constructor(readonly script: Script) {}

  check(): boolean {
    return true;
  }

  async run(model: SubscriptionModel, real: ObservedSubscription): Promise<void> {
    model.publish(model.create(this.script));
    real.publish(real.create(this.script));
    await real.expectAs(model);
  }

  toString(): string {
    return `Publish(${JSON.stringify(this.script)})`;
  }
}
