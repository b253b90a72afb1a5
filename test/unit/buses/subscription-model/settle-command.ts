import type { AsyncCommand } from "fast-check";
import type { ObservedSubscription } from "./observed-subscription.js";
import type { SubscriptionModel } from "./subscription-model.js";

/** The handler that is busy comes to its end. */
export class SettleCommand implements AsyncCommand<SubscriptionModel, ObservedSubscription> {
  constructor(readonly outcome: "succeeds" | "throws") {}

  check(model: SubscriptionModel): boolean {
    return model.running !== undefined;
  }

  async run(model: SubscriptionModel, real: ObservedSubscription): Promise<void> {
    model.settle(this.outcome);
    real.settle(this.outcome);
    await real.expectAs(model);
  }

  toString(): string {
    return `Settle(${this.outcome})`;
  }
}
