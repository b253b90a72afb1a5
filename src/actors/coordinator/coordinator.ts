// Owns the runs of a node: admits them, lets them run side by side within a bound, and remembers how they went.
import { NautilusError } from "../../contracts/errors.js";
import { HEALTH_LEVELS, type HealthLevel } from "../../contracts/identity.js";
import type { RunView } from "../../contracts/views/runs.js";
import { BoundedQueue } from "../../kernel/bounded-queue.js";
import { LatencyHistogram, type LatencySummary } from "../../kernel/latency-histogram.js";
import type { ActorTree } from "../actor-tree.js";
import { stateChanges, type StateChange } from "../state-changes.js";
import { Run, type RunOrder, type RunPorts } from "./run.js";

const STATES = ["starting", "discovering", "serving", "draining", "stopped"] as const;
export type CoordinatorState = (typeof STATES)[number];

export interface CoordinatorOptions extends RunPorts {
  readonly onState: (change: StateChange) => void;
  readonly onRun: (view: RunView) => void;
  readonly maxActive?: number;
}

const MAX_ACTIVE = 64;
const MAX_QUEUED = 256;
const MAX_KEPT = 1000;
/** Of the results of ended runs. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #actor: ActorTree["root"];
  /** Oldest first. */
  readonly #runs = new Map<string, Run>();
  readonly #active = new Set<Run>();
  readonly #waiting = new BoundedQueue<Run>(MAX_QUEUED);
  readonly #latency = new LatencyHistogram();
  #keptBytes = 0;
  #succeeded = 0;
  #failed = 0;
  #refused = 0;
  #admitting = false;
  #onIdle: (() => void) | undefined;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#actor = options.tree.root;
    this.#actor.subscribe(stateChanges("starting", shownAs, options.onState));
  }

  get state(): CoordinatorState {
    const snapshot = this.#actor.getSnapshot();
    return STATES.find((state) => snapshot.matches(state)) ?? "stopped";
  }

  get level(): HealthLevel | null {
    const snapshot = this.#actor.getSnapshot();
    return HEALTH_LEVELS.find((level) => snapshot.hasTag(level)) ?? null;
  }

  get reasons(): readonly string[] {
    return this.#actor.getSnapshot().context.reasons;
  }

  get counts(): { active: number; queued: number; succeeded: number; failed: number } {
    return {
      active: this.#active.size,
      queued: this.#waiting.length,
      succeeded: this.#succeeded,
      failed: this.#failed,
    };
  }

  /** Runs for which there was no room. */
  get refused(): number {
    return this.#refused;
  }

  get latency(): LatencySummary | null {
    return this.#latency.summary();
  }

  joined(): void {
    this.#actor.send({ type: "JOINED" });
  }

  ready(): void {
    this.#actor.send({ type: "READY" });
  }

  assessed(level: HealthLevel, reasons: readonly string[]): void {
    if (this.state !== "serving") return;
    if (level === this.level && reasons.join() === this.reasons.join()) return;
    this.#actor.send({ type: "ASSESSED", level, reasons });
  }

  /**
   * Carries out a goal.
   * @throws NautilusError NOT_SERVING, OVERLOADED, or what the run failed with; `details.run` is its view
   */
  pursue(order: RunOrder, signal?: AbortSignal): Promise<RunView> {
    if (this.state !== "serving") return Promise.reject(this.#notServing());
    if (signal?.aborted === true) {
      return Promise.reject(new NautilusError("CANCELLED", "the run's caller had given up already"));
    }
    const run = new Run(order, this.#options, (ended) => {
      this.#ended(ended);
    });
    if (this.#isFull && !this.#waiting.push(run)) {
      this.#refused += 1;
      return Promise.reject(new NautilusError("OVERLOADED", `${MAX_QUEUED} runs wait already`));
    }
    this.#remember(run);
    const cancel = (): void => {
      run.cancel(new NautilusError("CANCELLED", "the run's caller gave up"));
    };
    signal?.addEventListener("abort", cancel, { once: true });
    if (this.#isFull) run.wait();
    else this.#begin(run);
    return run.takeOutcome().finally(() => signal?.removeEventListener("abort", cancel));
  }

  /**
   * Newest first; those that began before `before` only.
   * @throws NautilusError NOT_FOUND where `before` is not kept
   */
  runs({ limit = MAX_KEPT, before }: { limit?: number; before?: string | undefined } = {}): readonly RunView[] {
    const newest = [...this.#runs.values()].reverse();
    const at = before === undefined ? -1 : newest.findIndex(({ runId }) => runId === before);
    if (before !== undefined && at < 0) throw new NautilusError("NOT_FOUND", `no run ${before} is kept on this node`);
    return newest.slice(at + 1, at + 1 + limit).map((run) => run.view());
  }

  run(runId: string): RunView | undefined {
    return this.#runs.get(runId)?.view();
  }

  /** No run begins any more; resolves when the last one ended, or fails those that are left after `limitMs`. */
  async drain(limitMs: number): Promise<void> {
    this.#actor.send({ type: "DRAIN" });
    for (const run of this.#waiting.drain()) run.refuse(this.#notServing());
    if (this.#active.size > 0) {
      const { clock } = this.#options;
      const timer = clock.setTimeout(() => {
        for (const run of [...this.#active]) run.cancel(this.#notServing());
      }, limitMs);
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      clock.clearTimeout(timer);
    }
  }

  /** Everything of the node has ended, and so does its actor system. */
  stopped(): void {
    this.#actor.send({ type: "STOPPED" });
  }

  get #isFull(): boolean {
    return this.#active.size >= (this.#options.maxActive ?? MAX_ACTIVE);
  }

  #begin(run: Run): void {
    this.#active.add(run);
    run.begin();
  }

  #ended(run: Run): void {
    if (!this.#active.delete(run)) this.#waiting.remove((waiting) => waiting === run);
    const view = run.view();
    if (view.status === "succeeded") this.#succeeded += 1;
    else this.#failed += 1;
    if (view.durationMs !== null) this.#latency.record(view.durationMs);
    try {
      this.#options.onRun(view);
    } finally {
      // Those who wait for a place get it whatever became of the telling.
      this.#keepWithinBudget(run);
      this.#admit();
      if (this.#active.size === 0) this.#onIdle?.();
    }
  }

  /** A loop, and none within itself: runs that fail as they begin would exhaust the stack. */
  #admit(): void {
    if (this.#admitting) return;
    this.#admitting = true;
    while (!this.#isFull) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#begin(next);
    }
    this.#admitting = false;
  }

  /** The newest result always stays; older ones go when all of them together are too large. */
  #keepWithinBudget(ended: Run): void {
    this.#keptBytes += ended.keptBytes;
    for (const run of this.#runs.values()) {
      if (this.#keptBytes <= MAX_KEPT_BYTES) return;
      if (run !== ended) this.#drop(run);
    }
  }

  #drop(run: Run): void {
    this.#keptBytes -= run.keptBytes;
    run.dropResult();
  }

  #remember(run: Run): void {
    this.#runs.set(run.runId, run);
    if (this.#runs.size <= MAX_KEPT) return;
    for (const [runId, kept] of this.#runs) {
      if (!kept.isOver) continue;
      this.#drop(kept);
      this.#runs.delete(runId);
      return;
    }
  }

  #notServing(): NautilusError {
    return new NautilusError("NOT_SERVING", `node ${this.#options.nodeId} is ${this.state}`);
  }
}

function shownAs(snapshot: ReturnType<ActorTree["root"]["getSnapshot"]>): string {
  const level = HEALTH_LEVELS.find((each) => snapshot.hasTag(each));
  return level === undefined ? (STATES.find((state) => snapshot.matches(state)) ?? "stopped") : `serving.${level}`;
}
