import type { AsyncCommand } from "fast-check";
import type { ObservedSubscription } from "./observed-subscription.js";
import type { SubscriptionModel } from "./subscription-model.js";

export class CloseCommand implements AsyncCommand<SubscriptionModel, ObservedSubscription> {
  check(): boolean {
    return true;
  }

  async run(model: SubscriptionModel, real: ObservedSubscription): Promise<void> {
    model.close("taken");
    real.close();
    await real.expectAs(model);
  }

  toString(): string {
    return "Close";
  }
}
