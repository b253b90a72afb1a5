import type { AsyncCommand } from "fast-check";
import type { ObservedSubscription } from "./observed-subscription.js";
import type { SubscriptionModel } from "./subscription-model.js";

/** A message that was published before, with the same id. */
export class RepublishCommand implements AsyncCommand<SubscriptionModel, ObservedSubscription> {
  constructor(readonly choice: number) {}

  check(model: SubscriptionModel): boolean {
    return model.scripts.length > 0;
  }

  async run(model: SubscriptionModel, real: ObservedSubscription): Promise<void> {
    const number = this.choice % model.scripts.length;
    model.publish(number);
    real.publish(number);
    await real.expectAs(model);
  }

  toString(): string {
    return `Republish(${this.choice})`;
  }
}
