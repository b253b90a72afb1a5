// One execution for several callers: it goes on while any of them still waits.
import { setMaxListeners } from "node:events";
import type { NautilusError } from "../../contracts/errors.js";
import { PRIORITY_RANK, type Priority } from "../../contracts/priority.js";
import type { JobEnd } from "./operation-job.js";

/** The part of a call that an execution follows. */
export type Waiter = Pick<JobEnd, "priority" | "deadlineMs" | "correlationId" | "ended" | "onAbandoned">;

const NOBODY_WAITS = "nobody waits for it any more";

export class SharedEnd implements Waiter {
  readonly #waiters: Waiter[] = [];
  #abandoned: (() => void) | undefined;
  #dismissed = false;
  #fetching: AbortController | undefined;

  constructor(first: Waiter) {
    this.join(first);
  }

  get size(): number {
    return this.#waiters.length;
  }

  /** That of the most urgent. */
  get priority(): Priority {
    return this.#waiters.reduce<Priority>(
      (best, { priority }) => (PRIORITY_RANK[priority] < PRIORITY_RANK[best] ? priority : best),
      "low",
    );
  }

  /** That of the most patient. */
  get deadlineMs(): number {
    return Math.max(...this.#waiters.map(({ deadlineMs }) => deadlineMs));
  }

  get correlationId(): string {
    return this.#waiters[0]?.correlationId ?? "";
  }

  get ended(): boolean {
    return this.#dismissed || this.#waiters.every(({ ended }) => ended);
  }

  get dismissed(): boolean {
    return this.#dismissed;
  }

  onAbandoned(listener: () => void): void {
    this.#abandoned = listener;
  }

  /** Aborted when nobody waits any more. Made when it is first asked for: most products need nothing from elsewhere. */
  untilAbandoned(): AbortSignal {
    if (this.#fetching === undefined) {
      const controller = new AbortController();
      setMaxListeners(0, controller.signal);
      this.onAbandoned(() => {
        controller.abort(NOBODY_WAITS);
      });
      this.#fetching = controller;
    }
    return this.#fetching.signal;
  }

  join(waiter: Waiter): void {
    this.#waiters.push(waiter);
    waiter.onAbandoned(() => {
      if (this.ended) this.#abandoned?.();
    });
  }

  /** Nobody waits here any more, whatever becomes of the waiters elsewhere. */
  dismiss(): void {
    this.#dismissed = true;
    this.#abandoned?.();
  }

  /** The end that an execution gets; it settles the promise that all of them wait for. */
  forExecution(resolve: (value: unknown) => void, reject: (error: NautilusError) => void): JobEnd {
    const waiters = this as Waiter;
    return {
      get priority() {
        return waiters.priority;
      },
      get deadlineMs() {
        return waiters.deadlineMs;
      },
      get correlationId() {
        return waiters.correlationId;
      },
      get ended() {
        return waiters.ended;
      },
      onAbandoned: (listener) => {
        waiters.onAbandoned(listener);
      },
      succeed: resolve,
      fail: reject,
    };
  }
}
