// The figures of a node, from the counters of its data plane.
import type { Coordinator } from "../actors/coordinator/coordinator.js";
import type { ResultBudget } from "../actors/engine-host/result-budget.js";
import type { Bus } from "../contracts/bus.js";
import { CHANNEL_NAMES } from "../contracts/channel.js";
import type { Clock } from "../contracts/clock.js";
import type { Identity, Measured } from "../contracts/identity.js";
import type { Performance } from "../contracts/views/performance.js";
import type { Pool } from "../contracts/pool.js";
import type { ProcessStats } from "../kernel/process-stats.js";
import type { Registry } from "../discovery/registry.js";
import type { Router } from "../routing/router.js";
import type { Streams } from "./streams.js";

export interface PerformanceSources {
  readonly clock: Clock;
  readonly identities: readonly Identity[];
  readonly bus: Bus;
  readonly pool: Pool;
  readonly router: Router;
  readonly coordinator: Coordinator;
  readonly process: ProcessStats;
  readonly streams: Pick<Streams, "refused">;
  readonly results: Pick<ResultBudget, "size" | "bytes" | "evicted">;
  readonly registry: Pick<Registry, "refused">;
  /** Calls an instance ended within the last ten seconds, per second. */
  readonly callsPerSecond: (instanceId: string) => number;
}

export function viewPerformance(sources: PerformanceSources): Performance {
  const { clock, identities, pool, router, coordinator, process, callsPerSecond } = sources;
  const { streams, results, registry } = sources;
  const stats = sources.bus.stats();
  const { succeeded, failed } = coordinator.counts;
  return {
    at: new Date(clock.wallMs()).toISOString(),
    engines: identities.map((identity) => viewEngine(identity, callsPerSecond(identity.instanceId))),
    bus: CHANNEL_NAMES.map((channel) => ({
      channel,
      published: stats.published[channel],
      ...totals(stats.subscriptions[channel]),
    })),
    deadLetters: stats.deadLetters,
    pool: { ...pool.stats() },
    router: { ...router.counters },
    runs: { succeeded, failed, refused: coordinator.refused, latencyMs: coordinator.latency },
    streams: { refused: streams.refused },
    results: { kept: results.size, bytes: results.bytes, evicted: results.evicted },
    discovery: { refusedNodes: registry.refused },
    eventLoopDelayMs: process.eventLoopDelayMs(),
    residentBytes: process.residentBytes(),
  };
}

function viewEngine(identity: Identity, callsPerSecond: number): Performance["engines"][number] {
  const { instanceId, engineId, health, load, operations } = identity;
  const measured = operations.map((operation) => operation.measured);
  const { lifecycle, level } = health;
  return { instanceId, engineId, lifecycle, level, ...load, callsPerSecond, ...pooled(measured) };
}

/** An engine's operations as one: latencies weighted by calls, the tail that of the slowest. */
function pooled(
  measured: readonly Measured[],
): Pick<Measured, "calls" | "failures" | "latencyMs" | "reliabilityPct" | "quality"> {
  const called = measured.filter(({ latencyMs }) => latencyMs !== null);
  const calls = sum(measured.map((each) => each.calls));
  const failures = sum(measured.map((each) => each.failures));
  const weight = sum(called.map((each) => each.calls));
  const worst = (pick: "p50" | "p95" | "p99"): number =>
    Math.max(...called.map(({ latencyMs }) => latencyMs?.[pick] ?? 0));
  const qualities = measured.flatMap(({ quality }) => (quality === null ? [] : [quality]));
  const mean = sum(called.map((each) => each.calls * (each.latencyMs?.mean ?? 0))) / weight;
  return {
    calls,
    failures,
    latencyMs: weight > 0 ? { mean, p50: worst("p50"), p95: worst("p95"), p99: worst("p99") } : null,
    reliabilityPct: calls > 0 ? 100 * (1 - failures / calls) : null,
    quality: qualities.length > 0 ? sum(qualities) / qualities.length : null,
  };
}

type BusTotals = Omit<Performance["bus"][number], "channel" | "published">;

function totals(subscriptions: ReturnType<Bus["stats"]>["subscriptions"]["engineLogic"]): BusTotals {
  const total = (pick: keyof BusTotals): number => sum(subscriptions.map((subscription) => subscription[pick]));
  return {
    delivered: total("delivered"),
    conflated: total("conflated"),
    dropped: total("dropped"),
    redelivered: total("redelivered"),
    failed: total("failed"),
    queued: total("queued"),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
