// A node's counters in the Prometheus text exposition format, version 0.0.4.
import { ALERT_SEVERITIES, type AlertList } from "../contracts/views/alerts.js";
import type { Labels, Metric } from "../contracts/metric.js";
import type { SystemStatus } from "../contracts/views/status.js";
import type { Performance } from "../contracts/views/performance.js";

/** How many alerts there are, and were. */
type AlertCounts = Pick<AlertList, "active" | "raised" | "unlisted">;

export interface MetricSources {
  readonly status: SystemStatus;
  readonly performance: Performance;
  readonly alerts: AlertCounts;
  /** What the domain has to say of its feed. */
  readonly ofFeed: readonly Metric[];
}

export function renderMetrics({ status, performance, alerts, ofFeed }: MetricSources): string {
  return [
    ...nodeMetrics(status, performance),
    ...ofFeed,
    ...keepingMetrics(performance),
    ...engineMetrics(performance),
    ...busMetrics(performance),
    ...bridgeMetrics(status),
    ...alertMetrics(alerts),
  ]
    .map(render)
    .join("");
}

/** What is kept within a bound, and what had to be turned away or let go for it. */
function keepingMetrics({ results, streams, discovery }: Performance): Metric[] {
  const all: Labels = {};
  return [
    gauge("nautilus_results_kept", "Results kept for whoever asks again", [[all, results.kept]]),
    gauge("nautilus_results_bytes", "Memory that kept results hold, about", [[all, results.bytes]]),
    counter("nautilus_results_evicted_total", "Results that had to go for lack of room", [[all, results.evicted]]),
    counter("nautilus_streams_refused_total", "Stream messages that a channel refused", [[all, streams.refused]]),
    counter("nautilus_discovery_refused_total", "Announcements of nodes beyond the bound", [
      [all, discovery.refusedNodes],
    ]),
  ];
}

function nodeMetrics(
  status: SystemStatus,
  { router, runs, pool, eventLoopDelayMs, residentBytes }: Performance,
): Metric[] {
  const all: Labels = {};
  const level = { healthy: 2, degraded: 1, critical: 0 }[status.level ?? "critical"];
  return [
    gauge("nautilus_node_level", "2 healthy, 1 degraded, 0 critical or not serving", [[all, level]]),
    gauge("nautilus_node_uptime_seconds", "Time since the node started", [[all, status.uptimeMs / 1000]]),
    gauge("nautilus_resident_bytes", "Resident memory of the process", [[all, residentBytes]]),
    gauge("nautilus_event_loop_delay_ms", "Lateness of the event loop", [
      [{ quantile: "0.5" }, eventLoopDelayMs.p50],
      [{ quantile: "0.99" }, eventLoopDelayMs.p99],
    ]),
    counter("nautilus_runs_total", "Runs by how they ended", [
      [{ status: "succeeded" }, runs.succeeded],
      [{ status: "failed" }, runs.failed],
    ]),
    counter("nautilus_runs_refused_total", "Runs for which there was no room", [[all, runs.refused]]),
    gauge("nautilus_runs_active", "Runs under way", [[all, status.runs.active]]),
    gauge("nautilus_runs_queued", "Runs waiting", [[all, status.runs.queued]]),
    counter("nautilus_router_calls_total", "Calls given to the router", [[all, router.calls]]),
    counter("nautilus_router_failures_total", "Calls that failed", [[all, router.failures]]),
    counter("nautilus_router_retries_total", "Further attempts", [[all, router.retries]]),
    counter("nautilus_router_hedges_total", "Second attempts beside a slow first", [[all, router.hedges]]),
    counter("nautilus_router_stalls_total", "Attempts given up for taking too long", [[all, router.stalls]]),
    counter("nautilus_router_rejected_total", "Calls refused at once", [[all, router.rejected]]),
    counter("nautilus_router_shed_total", "Calls that failed for lack of room", [[all, router.shed]]),
    counter("nautilus_router_unaffordable_total", "Further attempts beyond the retry budget", [
      [all, router.unaffordable],
    ]),
    counter("nautilus_router_timeouts_total", "Calls past their deadline", [[all, router.timeouts]]),
    gauge("nautilus_pool_running", "Kernels running on threads", [[all, pool.running]]),
    gauge("nautilus_pool_queued", "Kernels waiting for a thread", [[all, pool.queued]]),
  ];
}

function engineMetrics({ engines }: Performance): Metric[] {
  const per = (pick: (engine: Performance["engines"][number]) => number | null): Metric["samples"] =>
    engines.map((engine) => [{ engine: engine.engineId, instance: engine.instanceId }, pick(engine)]);
  return [
    gauge(
      "nautilus_engine_up",
      "1 while the instance runs",
      per(({ lifecycle }) => (lifecycle === "running" ? 1 : 0)),
    ),
    counter(
      "nautilus_engine_calls_total",
      "Operations ended",
      per(({ calls }) => calls),
    ),
    counter(
      "nautilus_engine_failures_total",
      "Operations failed",
      per(({ failures }) => failures),
    ),
    gauge(
      "nautilus_engine_active",
      "Operations running",
      per(({ active }) => active),
    ),
    gauge(
      "nautilus_engine_queued",
      "Operations waiting",
      per(({ queued }) => queued),
    ),
    gauge(
      "nautilus_engine_latency_p99_ms",
      "Recent operations",
      per(({ latencyMs }) => latencyMs?.p99 ?? null),
    ),
    gauge(
      "nautilus_engine_quality",
      "What the engine measures of itself",
      per(({ quality }) => quality),
    ),
  ];
}

function busMetrics({ bus, deadLetters }: Performance): Metric[] {
  const per = (pick: (channel: Performance["bus"][number]) => number): Metric["samples"] =>
    bus.map((channel) => [{ channel: channel.channel }, pick(channel)]);
  return [
    counter(
      "nautilus_bus_published_total",
      "Messages published",
      per(({ published }) => published),
    ),
    counter(
      "nautilus_bus_delivered_total",
      "Messages delivered",
      per(({ delivered }) => delivered),
    ),
    counter(
      "nautilus_bus_conflated_total",
      "Messages replaced by a later one",
      per(({ conflated }) => conflated),
    ),
    counter(
      "nautilus_bus_dropped_total",
      "Messages dropped",
      per(({ dropped }) => dropped),
    ),
    counter(
      "nautilus_bus_redelivered_total",
      "Messages delivered again",
      per(({ redelivered }) => redelivered),
    ),
    gauge(
      "nautilus_bus_queued",
      "Messages waiting for readers",
      per(({ queued }) => queued),
    ),
    counter("nautilus_bus_dead_letters_total", "Messages without effect", [[{}, deadLetters]]),
  ];
}

function bridgeMetrics({ bridge }: SystemStatus): Metric[] {
  const routes = (pick: (route: SystemStatus["bridge"][number]) => number | null): Metric["samples"] =>
    bridge.map((route) => [{ product: route.product, direction: route.direction }, pick(route)]);
  const going =
    (wanted: string) =>
    ({ direction, passed }: SystemStatus["bridge"][number]): number | null =>
      direction === wanted ? passed : null;
  return [
    gauge(
      "nautilus_bridge_connected",
      "1 while the Redis server of the product is connected",
      routes(({ connected }) => (connected ? 1 : 0)),
    ),
    counter("nautilus_bridge_out_total", "Messages that went out to other programs", routes(going("out"))),
    counter("nautilus_bridge_in_total", "Messages taken in from other programs", routes(going("in"))),
    counter(
      "nautilus_bridge_refused_total",
      "Messages that are not what the bridge takes",
      routes(({ refused }) => refused),
    ),
    counter(
      "nautilus_bridge_dropped_total",
      "Messages lost for lack of room or of Redis",
      routes(({ dropped }) => dropped),
    ),
    gauge(
      "nautilus_bridge_waiting",
      "Messages that are still to go out",
      routes(({ waiting }) => waiting),
    ),
  ];
}

function alertMetrics({ active, raised, unlisted }: AlertCounts): Metric[] {
  return [
    gauge(
      "nautilus_alerts_active",
      "Alerts that are active",
      ALERT_SEVERITIES.map((severity) => [{ severity }, active[severity]]),
    ),
    counter("nautilus_alerts_raised_total", "Alerts raised", [[{}, raised]]),
    gauge("nautilus_alerts_unlisted", "Conditions beyond the number of alerts that is kept", [[{}, unlisted]]),
  ];
}

function gauge(name: string, help: string, samples: Metric["samples"]): Metric {
  return { name, help, type: "gauge", samples };
}

function counter(name: string, help: string, samples: Metric["samples"]): Metric {
  return { name, help, type: "counter", samples };
}

function render({ name, help, type, samples }: Metric): string {
  const lines = samples
    .filter((sample): sample is readonly [Labels, number] => sample[1] !== null)
    .map(([labels, value]) => `${name}${renderLabels(labels)} ${value}\n`);
  return lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
