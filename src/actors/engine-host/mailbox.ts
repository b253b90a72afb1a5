// The bounded priority mailbox of one instance: at most `concurrency` jobs run, at most `queue` wait, the most urgent first.
import { NautilusError } from "../../contracts/errors.js";
import type { Limits } from "../../contracts/identity.js";
import { PRIORITIES, PRIORITY_RANK, type Priority } from "../../contracts/priority.js";
import { BoundedQueue } from "../../kernel/bounded-queue.js";

export interface MailboxJob {
  readonly priority: Priority;
  /** Nobody waits for it any more: it is passed over. */
  readonly ended: boolean;
  /** Its place among the running jobs; the mailbox's own. */
  slot: number;
  /** Must call `finished` on the mailbox exactly once, later or before it returns. */
  run(nowMs: number): void;
  refuse(error: NautilusError): void;
}

export class Mailbox<J extends MailboxJob> {
  readonly #owner: string;
  readonly #limits: Limits;
  readonly #waiting: readonly BoundedQueue<J>[];
  /** In no order; a job knows its place. A Set would rehash with every few calls. */
  readonly #running: J[] = [];
  readonly #nowMs: () => number;
  #queued = 0;
  #open = false;
  #pumping = false;
  #onIdle: { readonly resolve: () => void; readonly ignoresWaiting: boolean } | undefined;

  constructor(owner: string, limits: Limits, nowMs: () => number) {
    this.#owner = owner;
    this.#nowMs = nowMs;
    this.#limits = limits;
    this.#waiting = PRIORITIES.map(() => new BoundedQueue<J>(limits.queue));
  }

  get active(): number {
    return this.#running.length;
  }

  get queued(): number {
    return this.#queued;
  }

  /** `nowMs` is the time of the offer. Runs the job now, or keeps it, or makes room by refusing a less urgent one, or refuses it: OVERLOADED. */
  offer(job: J, nowMs: number): void {
    if (this.#open && this.#queued === 0 && this.#running.length < this.#limits.concurrency) {
      this.#run(job, nowMs);
      return;
    }
    if (this.#queued >= this.#limits.queue) this.#purge();
    const displaced = this.#queued >= this.#limits.queue ? this.#displacedBy(job) : undefined;
    if (displaced !== job) {
      this.#waiting[PRIORITY_RANK[job.priority]]?.push(job);
      this.#queued += 1;
    }
    // Last: whoever is refused may come again at once, and must not find the place of another.
    displaced?.refuse(this.#overloaded());
  }

  running(): readonly J[] {
    return this.#running;
  }

  /** Those that wait, the most urgent first. */
  waiting(): readonly J[] {
    return this.#waiting.flatMap((queue) => queue.toArray());
  }

  finished(job: J): void {
    const { slot } = job;
    if (slot < 0) return;
    job.slot = -1;
    const last = this.#running.pop() as J;
    if (last !== job) {
      this.#running[slot] = last;
      last.slot = slot;
    }
    if (this.#queued > 0) this.#pump();
    this.#checkIdle();
  }

  /** Jobs may run. */
  open(): void {
    this.#open = true;
    this.#pump();
  }

  /** Jobs are kept waiting; what runs goes on. */
  close(): void {
    this.#open = false;
  }

  /** Forgets the running jobs, which their owner has ended; what they still do is not waited for. */
  abandonRunning(): readonly J[] {
    const lost = this.#running.splice(0);
    for (const job of lost) job.slot = -1;
    this.#checkIdle();
    return lost;
  }

  refuseWaiting(error: NautilusError): void {
    const refused = this.#waiting.flatMap((queue) => queue.drain());
    this.#queued = 0;
    for (const job of refused) job.refuse(error);
    this.#checkIdle();
  }

  /** Resolves once nothing runs, and nothing waits either unless `running` is all that matters. */
  whenIdle(what: "everything" | "running" = "everything"): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = { resolve, ignoresWaiting: what === "running" };
      this.#checkIdle();
    });
  }

  /** Jobs that end before they return must not pump within the pump: a long queue of them would exhaust the stack. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#open && this.#running.length < this.#limits.concurrency) {
      const job = this.#takeMostUrgent();
      if (job === undefined) break;
      if (job.ended) job.refuse(passedOver());
      else this.#run(job, this.#nowMs());
    }
    this.#pumping = false;
  }

  #run(job: J, nowMs: number): void {
    job.slot = this.#running.length;
    this.#running.push(job);
    job.run(nowMs);
  }

  #takeMostUrgent(): J | undefined {
    for (const queue of this.#waiting) {
      const job = queue.shift();
      if (job === undefined) continue;
      this.#queued -= 1;
      return job;
    }
    return undefined;
  }

  #purge(): void {
    const purged = this.#waiting.flatMap((queue) => queue.extract((waiting) => waiting.ended));
    this.#queued -= purged.length;
    for (const job of purged) job.refuse(passedOver());
  }

  /** Takes out the oldest of the least urgent that wait, where it is less urgent than `job`; else it is `job` that has to go. */
  #displacedBy(job: J): J {
    for (let rank = this.#waiting.length - 1; rank > PRIORITY_RANK[job.priority]; rank -= 1) {
      const displaced = this.#waiting[rank]?.shift();
      if (displaced === undefined) continue;
      this.#queued -= 1;
      return displaced;
    }
    return job;
  }

  #overloaded(): NautilusError {
    return new NautilusError("OVERLOADED", `the mailbox of ${this.#owner} is full: ${this.#limits.queue} calls wait`);
  }

  #checkIdle(): void {
    const onIdle = this.#onIdle;
    if (onIdle === undefined || this.#running.length > 0 || (this.#queued > 0 && !onIdle.ignoresWaiting)) return;
    this.#onIdle = undefined;
    onIdle.resolve();
  }
}

function passedOver(): NautilusError {
  return new NautilusError("CANCELLED", "nobody waited for it any more when its turn came");
}
