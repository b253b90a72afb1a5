import type { AsyncCommand } from "fast-check";
import type { ObservedSubscription } from "./observed-subscription.js";
import type { SubscriptionModel } from "./subscription-model.js";

/** The whole bus stops. */
export class StopCommand implements AsyncCommand<SubscriptionModel, ObservedSubscription> {
  check(): boolean {
    return true;
  }

  async run(model: SubscriptionModel, real: ObservedSubscription): Promise<void> {
    model.close("NOT_SERVING");
    model.stopped = true;
    await real.stop();
    await real.expectAs(model);
  }

  toString(): string {
    return "Stop";
  }
}
