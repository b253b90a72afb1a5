// The pool on worker threads: heavy numerics never hold up the event loop. Threads start when they are first needed and hold
// no process open while they are idle.
import type { Worker } from "node:worker_threads";
import type { Clock, TimerHandle } from "../contracts/clock.js";
import { NautilusError, toNautilusError } from "../contracts/errors.js";
import type { Pool, PoolStats } from "../contracts/pool.js";
import { BoundedQueue } from "./bounded-queue.js";
import type { PoolAnswer, PoolJob, PoolThreadData } from "./pool-messages.js";
import { weighed } from "./shared-floats.js";
import { startThread } from "./worker-thread.js";

export interface ThreadPoolOptions {
  readonly clock: Clock;
  /** URLs of the modules that export kernels, loaded by every thread. */
  readonly kernelModules: readonly string[];
  readonly threads: number;
  readonly maxQueued?: number;
  /** How long a cancelled kernel may go on before its thread is ended. */
  readonly cancelGraceMs?: number;
}

const MAX_QUEUED = 256;
const CANCEL_GRACE_MS = 5_000;

interface Job extends PoolJob {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: NautilusError) => void;
  settled: boolean;
  unlisten: () => void;
}

interface Thread {
  readonly worker: Worker;
  job: Job | undefined;
  killTimer: TimerHandle | undefined;
}

export function createThreadPool(options: ThreadPoolOptions): Pool {
  const pool = new ThreadPool(options);
  return {
    run: (kernel, input, signal) => pool.run({ kernel: kernel.name, input }, signal) as Promise<never>,
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}

class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #queue: BoundedQueue<Job>;
  #nextJobId = 0;
  #completed = 0;
  #failed = 0;
  #closed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#queue = new BoundedQueue(options.maxQueued ?? MAX_QUEUED);
  }

  run(work: Omit<PoolJob, "jobId">, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const job: Job = {
        ...work,
        jobId: this.#nextJobId++,
        resolve,
        reject,
        settled: false,
        unlisten: () => undefined,
      };
      if (this.#closed) this.#settle(job, new NautilusError("CANCELLED", "the pool is closed"));
      else if (signal?.aborted === true) this.#settle(job, cancelled(job));
      else if (!this.#queue.push(job)) {
        this.#settle(job, new NautilusError("OVERLOADED", `${this.#queue.capacity} kernels wait for a thread already`));
      } else {
        if (signal !== undefined) this.#listen(job, signal);
        this.#dispatch();
      }
    });
  }

  stats(): PoolStats {
    const running = [...this.#threads].filter(({ job }) => job !== undefined).length;
    return {
      threads: this.#threads.size,
      running,
      queued: this.#queue.length,
      completed: this.#completed,
      failed: this.#failed,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.drain()) this.#settle(job, cancelled(job));
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, "the pool was closed")));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const thread = this.#idleThread();
      if (thread === undefined) return;
      const job = this.#queue.shift();
      if (job === undefined || job.settled) continue;
      this.#send(thread, job);
    }
  }

  #send(thread: Thread, job: Job): void {
    const { jobId, kernel, input } = job;
    try {
      thread.worker.postMessage({ jobId, kernel, input } satisfies PoolJob);
      thread.job = job;
      thread.worker.ref();
    } catch (thrown) {
      this.#settle(job, toNautilusError(thrown, `the input of ${kernel} cannot go to a thread`));
    }
  }

  #idleThread(): Thread | undefined {
    for (const thread of this.#threads) if (thread.job === undefined) return thread;
    return this.#threads.size < this.#options.threads ? this.#startThread() : undefined;
  }

  #startThread(): Thread {
    const workerData: PoolThreadData = { kernelModules: this.#options.kernelModules };
    const worker = startThread(new URL("./pool-thread.js", import.meta.url), workerData);
    const thread: Thread = { worker, job: undefined, killTimer: undefined };
    worker.on("message", (answer: PoolAnswer) => {
      this.#answered(thread, answer);
    });
    worker.on("error", (error) => {
      this.#lost(thread, `a pool thread failed: ${error.message}`, error);
    });
    worker.on("exit", () => {
      this.#lost(thread, "a pool thread ended");
    });
    this.#threads.add(thread);
    return thread;
  }

  #answered(thread: Thread, answer: PoolAnswer): void {
    const { job } = thread;
    this.#release(thread);
    if (job !== undefined && !job.settled) {
      if (answer.error === undefined) {
        this.#completed += 1;
        job.settled = true;
        job.unlisten();
        job.resolve(weighed(answer.output));
      } else this.#settle(job, NautilusError.fromRecord(answer.error));
    }
    this.#dispatch();
  }

  #release(thread: Thread): void {
    thread.job = undefined;
    thread.worker.unref();
    if (thread.killTimer !== undefined) this.#options.clock.clearTimeout(thread.killTimer);
    thread.killTimer = undefined;
  }

  #lost(thread: Thread, reason: string, cause?: unknown): void {
    if (!this.#threads.delete(thread)) return;
    const { job } = thread;
    this.#release(thread);
    if (job !== undefined)
      this.#settle(job, new NautilusError("INTERNAL", `${reason} while it ran ${job.kernel}`, { cause }));
    if (!this.#closed) this.#dispatch();
  }

  async #end(thread: Thread, reason: string): Promise<void> {
    const { job } = thread;
    if (job !== undefined) this.#settle(job, new NautilusError("CANCELLED", `${reason} while it ran ${job.kernel}`));
    this.#threads.delete(thread);
    this.#release(thread);
    await thread.worker.terminate();
  }

  #listen(job: Job, signal: AbortSignal): void {
    const cancel = (): void => {
      this.#settle(job, cancelled(job));
      this.#queue.remove((queued) => queued === job);
      for (const thread of this.#threads) if (thread.job === job) this.#endUnlessDone(thread);
    };
    signal.addEventListener("abort", cancel, { once: true });
    job.unlisten = (): void => {
      signal.removeEventListener("abort", cancel);
    };
  }

  /** A kernel cannot be interrupted; one that nobody waits for may end by itself for a while. */
  #endUnlessDone(thread: Thread): void {
    thread.killTimer = this.#options.clock.setTimeout(() => {
      void this.#end(thread, "its caller gave up").then(() => {
        this.#dispatch();
      });
    }, this.#options.cancelGraceMs ?? CANCEL_GRACE_MS);
  }

  #settle(job: Job, error: NautilusError): void {
    if (job.settled) return;
    job.settled = true;
    job.unlisten();
    this.#failed += 1;
    job.reject(error);
  }
}

function cancelled({ kernel }: PoolJob): NautilusError {
  return new NautilusError("CANCELLED", `${kernel} was cancelled`);
}
