// What came of the messages of one product, and what is said of those that came to nothing: not more than a line a second.
import type { Clock } from "../../contracts/clock.js";
import { messageOf } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import type { BridgeRoute } from "./bridge-routes.js";

const LINE_MS = 1_000;

export class RouteCounts {
  passed = 0;
  refused = 0;
  dropped = 0;
  waiting = 0;
  readonly #route: BridgeRoute;
  readonly #clock: Clock;
  readonly #log: Logger;
  #toldMs = -Infinity;
  #untold = 0;

  constructor(route: BridgeRoute, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#route = route;
    this.#clock = clock;
    this.#log = log;
  }

  /** It is not what the bridge takes. */
  refuse(why: unknown): void {
    this.refused += 1;
    this.#tell("was refused", why);
  }

  /** Nobody will get it. */
  lose(why: unknown): void {
    this.dropped += 1;
    this.#tell("was lost", why);
  }

  #tell(what: string, why: unknown): void {
    this.#untold += 1;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#toldMs < LINE_MS) return;
    const { product, direction } = this.#route;
    const fields = { product: product.key, direction, messages: this.#untold };
    this.#toldMs = nowMs;
    this.#untold = 0;
    this.#log.warn(fields, `bridge: a message of ${product.key} ${what} on its way ${direction}: ${messageOf(why)}`);
  }
}
