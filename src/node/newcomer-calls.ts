// What this node's engines ask for in its first moments in a network of several: whoever gives it may not be known here yet, while
// others know this node already and ask it.
import type { Caller, CallOptions, CallRequest } from "../contracts/call.js";
import type { Clock, TimerHandle } from "../contracts/clock.js";
import type { Router } from "../routing/router.js";

/** The others answer a newcomer within moments; a busy one takes longer. */
const NEW_MS = 5_000;

export interface NewcomerCallsOptions {
  readonly router: Pick<Router, "call" | "route">;
  readonly clock: Clock;
}

interface Waiting {
  readonly operationId: string;
  readonly goOn: () => void;
}

export class NewcomerCalls implements Pick<Caller, "call"> {
  readonly #options: NewcomerCallsOptions;
  readonly #waiting = new Set<Waiting>();
  #newUntilMs = -Infinity;

  constructor(options: NewcomerCallsOptions) {
    this.#options = options;
  }

  /** From now on the others are learned of. */
  joined(): void {
    this.#newUntilMs = this.#options.clock.nowMs() + NEW_MS;
  }

  /** As the router's, but for waiting a while, within the deadline, for somebody who offers the operation. */
  call(operationId: string, request: CallRequest, options: CallOptions): Promise<unknown> {
    const { router, clock } = this.#options;
    const untilMs = Math.min(this.#newUntilMs, options.deadlineMs ?? Infinity);
    if (clock.nowMs() >= untilMs || this.#isOffered(operationId)) return router.call(operationId, request, options);
    return this.#offered(operationId, untilMs).then(() => router.call(operationId, request, options));
  }

  networkChanged(): void {
    for (const { operationId, goOn } of this.#waiting) if (this.#isOffered(operationId)) goOn();
  }

  /** Whoever waits goes on, and is told by the router how things are. */
  close(): void {
    this.#newUntilMs = -Infinity;
    for (const { goOn } of this.#waiting) goOn();
  }

  #isOffered(operationId: string): boolean {
    return this.#options.router.route(operationId) !== undefined;
  }

  #offered(operationId: string, untilMs: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      let timer: TimerHandle | undefined = undefined;
      const waiting: Waiting = {
        operationId,
        goOn: () => {
          if (timer !== undefined) clock.clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      timer = clock.setTimeout(waiting.goOn, untilMs - clock.nowMs());
      this.#waiting.add(waiting);
    });
  }
}
