// What an instance measures of one of its operations.
import type { Measured } from "../../contracts/identity.js";
import { LatencyHistogram } from "../../kernel/latency-histogram.js";

/** Weight of the newest quality. */
const QUALITY_WEIGHT = 0.2;

export class OperationMeter {
  readonly #latency = new LatencyHistogram();
  #calls = 0;
  #failures = 0;
  /** Forgetting counts behind the announced reliability. */
  #recentCalls = 0;
  #recentFailures = 0;
  #quality: number | null = null;
  /** Undefined when it has to be worked out anew. */
  #measured: Measured | undefined;

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  record(latencyMs: number, failed: boolean): void {
    this.#measured = undefined;
    this.#calls += 1;
    this.#recentCalls += 1;
    if (failed) {
      this.#failures += 1;
      this.#recentFailures += 1;
    } else this.#latency.record(latencyMs);
  }

  /** Clamped to [0, 1]; what is not a number is ignored. */
  recordQuality(quality: number): void {
    if (Number.isNaN(quality)) return;
    this.#measured = undefined;
    const clamped = Math.min(1, Math.max(0, quality));
    this.#quality = this.#quality === null ? clamped : this.#quality + QUALITY_WEIGHT * (clamped - this.#quality);
  }

  /** Called at an even pace: halves the weight of the past. */
  forget(): void {
    this.#measured = undefined;
    this.#latency.halve();
    this.#recentCalls /= 2;
    this.#recentFailures /= 2;
  }

  /** The same object for as long as nothing was measured. */
  measured(): Measured {
    return (this.#measured ??= this.#summary());
  }

  #summary(): Measured {
    const reliability = this.#recentCalls > 0 ? 100 * (1 - this.#recentFailures / this.#recentCalls) : null;
    return {
      calls: this.#calls,
      failures: this.#failures,
      latencyMs: this.#latency.summary(),
      reliabilityPct: reliability,
      quality: this.#quality,
    };
  }
}
