// Hands attempts to their instances, which may begin at once: calls within calls are only so deep on one stack.
import type { InstanceLink, OpenCall } from "../contracts/call.js";

/** An operation that is called begins before the call returns: operations that call each other would exhaust the stack. */
const MAX_DEPTH = 32;

export class Delivery {
  #depth = 0;

  send(attempt: OpenCall, link: InstanceLink): void {
    if (this.#depth < MAX_DEPTH) {
      this.#depth += 1;
      link.send(attempt);
      this.#depth -= 1;
    } else {
      queueMicrotask(() => {
        if (!attempt.ended) link.send(attempt);
      });
    }
  }
}
