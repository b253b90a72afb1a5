// What came of the messages of one product, and what is said of those that were refused: not more than a line a second.
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
  #toldRefused = 0;

  constructor(route: BridgeRoute, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#route = route;
    this.#clock = clock;
    this.#log = log;
  }

  refuse(why: unknown): void {
    this.refused += 1;
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#toldMs < LINE_MS) return;
    const refused = this.refused - this.#toldRefused;
    this.#toldMs = nowMs;
    this.#toldRefused = this.refused;
    const { product, direction } = this.#route;
    const what = `bridge: a message of ${product.key} was refused on its way ${direction}: ${messageOf(why)}`;
    this.#log.warn({ product: product.key, direction, refused }, what);
  }
}
