// The network as a router sees it: a route per operation, with the candidates that give it.
import type { CallRequest, InstanceLink } from "../contracts/call.js";
import type { Lifecycle, OperationIdentity } from "../contracts/identity.js";
import type { CreateBreaker } from "./breaker-gate.js";
import { Candidate, InstanceLoad } from "./candidate.js";
import type { Route } from "./route.js";

/** One instance as discovery knows it. */
export interface RoutableInstance {
  readonly link: InstanceLink;
  readonly lifecycle: Lifecycle;
  /** Its last starts failed: it cannot be expected back. */
  readonly failsToStart?: boolean;
  /** Its node is suspected to be dead. */
  readonly suspect?: boolean;
  readonly capabilities?: readonly string[];
  readonly operations: readonly Pick<OperationIdentity, "id" | "gives" | "effects">[];
}

export interface Offer {
  readonly gives: string;
  readonly candidate: Candidate;
}

/** Instances that were asked for a product, and did not give it. */
export interface Miss {
  readonly product: string;
  readonly instances: readonly string[];
  /** Instances that were to have it. */
  readonly consumers: readonly string[];
}

interface Known {
  readonly load: InstanceLoad;
  /** By operation id and kind. */
  readonly offers: Map<string, Offer>;
}

const KINDS = ["operation", "make", "fetch"] as const;

export class RouteTable {
  readonly #known = new Map<string, Known>();
  readonly #createBreaker: CreateBreaker | undefined;
  #routes = new Map<string, Route>();
  /** The network changed: it is read when it is next needed, however often it changed until then. */
  #unread: (() => readonly RoutableInstance[]) | undefined;

  #lastId = "";
  #lastRoute: Route | undefined;

  constructor(createBreaker: CreateBreaker | undefined) {
    this.#createBreaker = createBreaker;
  }

  changed(read: () => readonly RoutableInstance[]): void {
    this.#unread = read;
  }

  get(operationId: string): Route | undefined {
    if (this.#unread !== undefined) this.#read();
    // Calls of one operation follow each other more often than not.
    if (operationId === this.#lastId) return this.#lastRoute;
    this.#lastId = operationId;
    this.#lastRoute = this.#routes.get(operationId);
    return this.#lastRoute;
  }

  /** Counts against each of them as an exchange that failed, with each of the consumers. */
  missed({ product, instances, consumers }: Miss, nowMs: number): void {
    for (const instanceId of instances) {
      const offers = [...(this.#known.get(instanceId)?.offers.values() ?? [])];
      const candidate = offers.find(({ gives }) => gives === product)?.candidate;
      for (const consumer of consumers) candidate?.exchangeWith(consumer).fail(nowMs);
    }
  }

  /** In no order. */
  all(): readonly Route[] {
    if (this.#unread !== undefined) this.#read();
    return [...this.#routes.values()];
  }

  /** What each instance gave, up or not: measurements outlive a pause. */
  *offers(): Iterable<Offer> {
    if (this.#unread !== undefined) this.#read();
    for (const { offers } of this.#known.values()) yield* offers.values();
  }

  /** Measurements of instances that stay are kept. */
  set(instances: readonly RoutableInstance[]): void {
    const routes = new Map<string, MutableRoute>();
    for (const instance of instances) this.#add(instance, routes);
    const present = new Set(instances.map(({ link }) => link.instanceId));
    for (const [id, known] of this.#known) {
      if (present.has(id)) continue;
      dispose(known);
      this.#known.delete(id);
    }
    this.#routes = routes;
    this.#lastId = "";
    this.#lastRoute = undefined;
  }

  /** Stops every breaker. */
  close(): void {
    for (const known of this.#known.values()) dispose(known);
  }

  #read(): void {
    const read = this.#unread;
    this.#unread = undefined;
    if (read !== undefined) this.set(read());
  }

  #add(instance: RoutableInstance, routes: Map<string, MutableRoute>): void {
    const { link, lifecycle, operations } = instance;
    if (lifecycle === "stopped" || lifecycle === "draining" || instance.failsToStart === true) return;
    const known = this.#known.get(link.instanceId) ?? { load: new InstanceLoad(), offers: new Map<string, Offer>() };
    this.#known.set(link.instanceId, known);
    for (const { id, gives, effects } of operations) {
      const route = routes.get(id) ?? emptyRoute({ operationId: id, gives, effects });
      routes.set(id, route);
      for (const kind of KINDS) {
        const name = `${kind} ${id}`;
        const candidate = this.#candidate(known, name, instance);
        candidate.isSuspect = instance.suspect === true;
        known.offers.set(name, { gives, candidate });
        const list = lifecycle === "running" ? route.byKind[kind].up : route.byKind[kind].coming;
        list.push(candidate);
      }
    }
  }

  #candidate({ load, offers }: Known, name: string, { link, capabilities }: RoutableInstance): Candidate {
    const earlier = offers.get(name)?.candidate;
    if (earlier?.link === link) return earlier;
    earlier?.gate.dispose();
    const named = capabilities !== undefined && { capabilities: new Set(capabilities) };
    return new Candidate({ link, load, createBreaker: this.#createBreaker, ...named });
  }
}

function dispose({ offers }: Known): void {
  for (const { candidate } of offers.values()) candidate.gate.dispose();
}

interface MutableCandidates {
  readonly up: Candidate[];
  readonly coming: Candidate[];
}

interface MutableRoute extends Route {
  readonly byKind: Readonly<Record<CallRequest["kind"], MutableCandidates>>;
}

function emptyRoute(head: Pick<Route, "operationId" | "gives" | "effects">): MutableRoute {
  const none = (): MutableCandidates => ({ up: [], coming: [] });
  return { ...head, byKind: { operation: none(), make: none(), fetch: none() } };
}
