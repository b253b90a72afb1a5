// A subscription whose end is told of, once.
import type { Subscription } from "../../contracts/bus.js";

export function countedSubscription(subscription: Subscription, onClosed: () => void): Subscription {
  let isOpen = true;
  return {
    get stats() {
      return subscription.stats;
    },
    close: () => {
      subscription.close();
      if (isOpen) onClosed();
      isOpen = false;
    },
  };
}
