// The network as a graph: engines, and the edges that data flowed along or is agreed to. Never the coordinator: it carries nothing.
import type { Clock } from "../contracts/clock.js";
import type { Identity } from "../contracts/identity.js";
import type { Topology } from "../contracts/views/topology.js";
import type { Exchange } from "../routing/candidate.js";
import type { Router } from "../routing/router.js";
import type { Partnering } from "./partnering.js";
import type { StreamTraffic } from "./streams.js";

type Edge = Topology["edges"][number];
/** Before its partnership is looked up. */
type Flow = Omit<Edge, "partnership">;

export interface TopologySources {
  readonly identities: readonly Identity[];
  readonly router: Router;
  readonly traffic: Iterable<StreamTraffic>;
  readonly partnering: Pick<Partnering, "stateBetween" | "agreed">;
  readonly clock: Clock;
}

export function viewTopology({ identities, router, traffic, partnering, clock }: TopologySources): Topology {
  const present = new Set(identities.map(({ instanceId }) => instanceId));
  const at = (nowMs: number): string => new Date(clock.wallMs() + nowMs - clock.nowMs()).toISOString();
  const flowing = [...exchangeEdges(router, at), ...[...traffic].map((each) => streamEdge(each, at))];
  const edges = [...flowing, ...agreedEdges(partnering, new Set(flowing.map(nameOf)))];
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
    edges: edges
      .filter(({ source, target }) => present.has(source) && present.has(target))
      .map((edge) => ({ ...edge, partnership: partnering.stateBetween(edge.source, edge.target, edge.product) }))
      .sort(byEnds),
  };
}

/** One edge for what is fetched and what is called: both are the product flowing to the consumer. */
function exchangeEdges(router: Router, at: (nowMs: number) => string): Flow[] {
  const edges = new Map<string, { edge: Flow; sumMs: number; p99: number }>();
  for (const { gives, candidate } of router.offers()) {
    const source = candidate.link.instanceId;
    for (const [target, exchange] of candidate.exchanges) {
      const name = `${source} ${target} ${gives}`;
      edges.set(name, merge(edges.get(name), { source, target, product: gives, exchange, at }));
    }
  }
  return [...edges.values()].map(({ edge, sumMs, p99 }) => ({
    ...edge,
    latencyMs: edge.exchanges > edge.failures ? { mean: sumMs / (edge.exchanges - edge.failures), p99 } : null,
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
  known: { edge: Flow; sumMs: number; p99: number } | undefined,
  { source, target, product, exchange, at }: ExchangeEnds,
): { edge: Flow; sumMs: number; p99: number } {
  const lastAt = at(exchange.lastNowMs);
  const edge: Flow = {
    source,
    target,
    product,
    kind: "exchange",
    exchanges: (known?.edge.exchanges ?? 0) + exchange.latency.count + exchange.failures,
    failures: (known?.edge.failures ?? 0) + exchange.failures,
    latencyMs: null,
    lastAt: known !== undefined && (known.edge.lastAt ?? "") > lastAt ? known.edge.lastAt : lastAt,
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
): Flow {
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

/** What two agreed on before anything flowed. */
function agreedEdges(partnering: TopologySources["partnering"], flowing: ReadonlySet<string>): Flow[] {
  return partnering
    .agreed()
    .flatMap(({ provider, consumer, products }) =>
      products.map((product): Flow => {
        const ends = { source: provider, target: consumer, product };
        return { ...ends, kind: "exchange", exchanges: 0, failures: 0, latencyMs: null, lastAt: null };
      }),
    )
    .filter((edge) => !flowing.has(nameOf(edge)));
}

function nameOf({ source, target, product }: Flow): string {
  return `${source} ${target} ${product}`;
}

function byEnds(a: Edge, b: Edge): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}
