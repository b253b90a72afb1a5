// Jobs that go on though nobody waits for them any more. Code cannot be interrupted: each holds a place until it settles, and
// where all places are held so the instance does nothing any more.

/** The part of a job that is looked at. */
export interface WatchedJob {
  /** Nobody waits for it any more. */
  readonly ended: boolean;
}

/** How long a job may take to notice that it was given up. */
const GRACE_MS = 5_000;

export class OverdueJobs<J extends WatchedJob> {
  #seenMs = new Map<J, number>();

  /** Called at an even pace with all that run: those that were given up longer ago than the grace. */
  among(running: readonly J[], nowMs: number): readonly J[] {
    const ended = running.filter((job) => job.ended);
    if (ended.length === 0 && this.#seenMs.size === 0) return ended;
    this.#seenMs = new Map(ended.map((job) => [job, this.#seenMs.get(job) ?? nowMs]));
    return ended.filter((job) => nowMs - (this.#seenMs.get(job) ?? nowMs) >= GRACE_MS);
  }
}
