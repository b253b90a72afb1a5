// The node as the API and embedding programs see it.
import type { ChannelName } from "../contracts/channel.js";
import type { Coordinator } from "../actors/coordinator/coordinator.js";
import { NautilusError } from "../contracts/errors.js";
import type { Health } from "../contracts/views/health.js";
import type { NodePort } from "../contracts/node-port.js";
import type { SystemStatus } from "../contracts/views/status.js";
import { workflowNamed } from "../contracts/workflow.js";
import { privateCopy } from "../kernel/private-copy.js";
import { nodeVersion } from "../kernel/process-stats.js";
import type { AlertBook } from "./alerts/alert-book.js";
import { listDeadLetters } from "./dead-letters.js";
import { orderOf, orderOfGoal, productKey, type RunHead } from "./goals.js";
import { explainRoutes } from "../routing/explain-routes.js";
import { viewMessaging } from "./messaging.js";
import { renderMetrics, type MetricSources } from "./metrics.js";
import { isGivable } from "./planning-view.js";
import type { NodeParts } from "./node-parts.js";
import { viewPerformance } from "./performance.js";
import { viewActors } from "./actors-view.js";
import { viewTopology } from "./topology.js";
import { NODE_VERSION } from "./version.js";

export function createNodePort(parts: NodeParts, alerts: AlertBook): NodePort {
  const { coordinator, network, events, fleet, ids, planning, domain, workflows } = parts;
  const head = (): RunHead => ({ runId: ids.next("run"), seed: parts.options.seed });
  const status = (): SystemStatus => viewStatus(parts);
  const performance = (): ReturnType<NodePort["performance"]> =>
    viewPerformance({
      clock: parts.clock,
      bus: parts.bus,
      pool: parts.pool,
      router: parts.router,
      process: parts.process,
      streams: parts.streams,
      results: parts.results,
      registry: network.membership.registry,
      coordinator,
      identities: network.identities(),
      callsPerSecond: (instanceId) => fleet.host(instanceId)?.callsPerSecond ?? 0,
    });
  return {
    nodeId: parts.nodeId,
    health: () => {
      const alive = coordinator.state === "serving" && coordinator.level !== "critical";
      return { alive, body: viewHealth(parts.nodeId, coordinator) };
    },
    ready: (name) => {
      const asked = name === undefined ? planning.workflows() : [planning.workflow(workflowNamed(name, workflows))];
      // A workflow that no engine of this build could ever serve does not make the node unready.
      const counted = name === undefined ? asked.filter(isGivable) : asked;
      const ready = coordinator.state === "serving" && counted.every(({ reachable }) => reachable);
      return { ready, workflows: structuredClone(asked) };
    },
    status,
    actors: () => viewActors({ tree: parts.tree, router: parts.router, book: parts.partnering.desk.book }),
    // What is kept until it changes is the node's own; whoever asks may do with the answer what they like.
    engines: () => structuredClone(network.identities()),
    topology: () => {
      const { clock, router, streams, partnering } = parts;
      const identities = network.identities();
      return viewTopology({ clock, router, traffic: streams.traffic, identities, partnering });
    },
    performance,
    partnerships: () => parts.partnering.list(),
    partnership: (id) => parts.partnering.find(id),
    recommendations: () => parts.partnering.recommendations(),
    explainRoutes: (name, limit) => {
      const { clock, router, products } = parts;
      const product = name === undefined ? undefined : productKey(name, products.all);
      return explainRoutes(router, { clock, product, limit });
    },
    alerts: (query) => alerts.list(query),
    deadLetters: (query) => listDeadLetters(parts.bus, query),
    workflows: () => structuredClone(planning.workflows()),
    execute: async (name, request, signal) =>
      coordinator.pursue(orderOf(workflowNamed(name, workflows), request, head()), signal),
    pursue: async (goal, signal) =>
      coordinator.pursue(orderOfGoal(goal, head(), { domain, products: parts.products.all }), signal),
    runs: (page) => coordinator.runs(page),
    run: (runId) => coordinator.run(runId),
    eventsAfter: (sequence) => events.after(sequence),
    onEvent: (listener) => events.listen(listener),
    operate: async (verb, id, all) => {
      if (coordinator.state !== "serving") throw new NautilusError("NOT_SERVING", `the node is ${coordinator.state}`);
      return fleet.operate(verb, id, all).map((host) => structuredClone(host.identity()));
    },
    messaging: () => viewMessaging(parts),
    metrics: () => renderMetrics({ status: status(), performance: performance(), alerts, ofFeed: feedMetrics(parts) }),
  };
}

function feedMetrics({ feed, domain }: NodeParts): MetricSources["ofFeed"] {
  return feed === undefined ? [] : (domain.feedMetrics?.(feed.status()) ?? []);
}

function viewHealth(nodeId: string, { state, level, reasons }: Coordinator): Health {
  const status = state === "serving" ? (level ?? "critical") : state === "discovering" ? "starting" : state;
  return { status, nodeId, reasons: [...reasons] };
}

function viewStatus(parts: NodeParts): SystemStatus {
  const { nodeId, coordinator, network, clock, startedAtMs, process, planning, feed, options } = parts;
  const { membership } = network;
  const identities = network.identities();
  const own = identities.filter((identity) => identity.nodeId === nodeId).length;
  return {
    nodeId,
    incarnation: membership.incarnation,
    version: NODE_VERSION,
    state: coordinator.state,
    level: coordinator.level,
    reasons: [...coordinator.reasons],
    startedAt: new Date(startedAtMs).toISOString(),
    uptimeMs: clock.wallMs() - startedAtMs,
    seed: options.seed,
    bus: parts.runtime.bus === undefined ? options.bus : "shared",
    leader: parts.leadership?.leader ?? null,
    links: Object.entries(parts.bus.stats().links ?? {}).map(([channel, link]) => ({
      channel: channel as ChannelName,
      ...link,
      refusal: link.refusal ?? null,
    })),
    engines: {
      total: identities.length,
      running: identities.filter(({ health }) => health.lifecycle === "running").length,
    },
    nodes: [
      { nodeId, status: "alive", engines: own },
      ...membership.peers().map(({ nodeId: peer, status }) => ({
        nodeId: peer,
        status,
        actors: () => viewActors({ tree: parts.tree, router: parts.router, book: parts.partnering.desk.book }),
        engines: membership.registry.state(peer)?.engines.length ?? 0,
      })),
    ],
    runs: coordinator.counts,
    bridge: [...(parts.bridge?.status() ?? [])],
    feed: feed === undefined ? null : privateCopy(feed.status()),
    goals: structuredClone([...planning.workflows()]),
    process: {
      residentBytes: process.residentBytes(),
      eventLoopDelayP99Ms: process.eventLoopDelayMs().p99,
      nodeVersion: nodeVersion(),
    },
  };
}
