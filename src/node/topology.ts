// The network as a graph: engines, and the edges that data really flowed along. Never the coordinator: it carries nothing.
import type { Clock } from "../contracts/clock.js";
import type { Identity } from "../contracts/identity.js";
import type { Topology } from "../contracts/node.js";
import type { Exchange } from "../routing/candidate.js";
import type { Router } from "../routing/router.js";
import type { StreamTraffic } from "./streams.js";

type Edge = Topology["edges"][number];

export interface TopologySources {
  readonly identities: readonly Identity[];
  readonly router: Router;
  readonly traffic: Iterable<StreamTraffic>;
  readonly clock: Clock;
}

export function viewTopology({ identities, router, traffic, clock }: TopologySources): Topology {
  const present = new Set(identities.map(({ instanceId }) => instanceId));
  const at = (nowMs: number): string => new Date(clock.wallMs() + nowMs - clock.nowMs()).toISOString();
  const edges = [...exchangeEdges(router, at), ...[...traffic].map((each) => streamEdge(each, at))];
  return {
    nodes: identities.map(({ instanceId, engineId, nodeId, name, health, roles }) => ({
      id: instanceId,
      engineId,
      nodeId,
      kind: "engine",
      name,
      status: health.lifecycle,
      level: health.level,
      roles: [...roles],
    })),
    edges: edges.filter(({ source, target }) => present.has(source) && present.has(target)).sort(byEnds),
  };
}

/** One edge for what is fetched and what is called: both are the product flowing to the consumer. */
function exchangeEdges(router: Router, at: (nowMs: number) => string): Edge[] {
  const edges = new Map<string, { edge: Edge; sumMs: number; p99: number }>();
  for (const { gives, candidate } of router.offers()) {
    const source = candidate.link.instanceId;
    for (const [target, exchange] of candidate.exchanges) {
      const name = `${source} ${target} ${gives}`;
      edges.set(name, merge(edges.get(name), { source, target, product: gives, exchange, at }));
    }
  }
  return [...edges.values()].map(({ edge, sumMs, p99 }) => ({
    ...edge,
    latencyMs: edge.exchanges > 0 ? { mean: sumMs / edge.exchanges, p99 } : null,
  }));
}

interface ExchangeEnds {
  readonly source: string;
  readonly target: string;
  readonly product: string;
  readonly exchange: Exchange;
  readonly at: (nowMs: number) => string;
}

function merge(
  known: { edge: Edge; sumMs: number; p99: number } | undefined,
  { source, target, product, exchange, at }: ExchangeEnds,
): { edge: Edge; sumMs: number; p99: number } {
  const lastAt = at(exchange.lastNowMs);
  const edge: Edge = {
    source,
    target,
    product,
    kind: "exchange",
    exchanges: (known?.edge.exchanges ?? 0) + exchange.latency.count,
    failures: (known?.edge.failures ?? 0) + exchange.failures,
    latencyMs: null,
    lastAt: known !== undefined && known.edge.lastAt > lastAt ? known.edge.lastAt : lastAt,
  };
  return {
    edge,
    sumMs: (known?.sumMs ?? 0) + exchange.latency.sumMs,
    p99: Math.max(known?.p99 ?? 0, exchange.latency.quantile(0.99) ?? 0),
  };
}

function streamEdge(
  { source, target, product, messages, failures, lastNowMs }: StreamTraffic,
  at: (ms: number) => string,
): Edge {
  return {
    source,
    target,
    product,
    kind: "stream",
    exchanges: messages,
    failures,
    latencyMs: null,
    lastAt: at(lastNowMs),
  };
}

function byEnds(a: Edge, b: Edge): number {
  const name = ({ source, target, product }: Edge): string => `${source} ${target} ${product}`;
  return name(a) < name(b) ? -1 : 1;
}
