// The bridge of one node: stream products that go to Redis for other programs, and those that come in from them. A product goes one
// way only, and what came in is not published by an engine of this node, so nothing ever goes round.
import { BRIDGE_DIRECTIONS, type BridgeDirection, type BridgeRouteView } from "../../contracts/bridge.js";
import { CHANNEL_NAMES, type ChannelName } from "../../contracts/channel.js";
import type { Clock } from "../../contracts/clock.js";
import type { Envelope } from "../../contracts/envelope.js";
import { messageOf, NautilusError } from "../../contracts/errors.js";
import type { Logger } from "../../contracts/logger.js";
import type { Product } from "../../contracts/product.js";
import { RedisLink } from "../redis-bus/redis-link.js";
import { MAX_EVENT_BYTES, readEvent, writeEvent } from "./bridge-event.js";
import { bridgeKey } from "./bridge-key.js";
import { BridgeOutbox } from "./bridge-outbox.js";
import type { BridgeRoute } from "./bridge-routes.js";
import { BRIDGE_RULES } from "./bridge-rules.js";
import type { Inlet, Receive } from "./inlet.js";
import { LiveInlet } from "./live-inlet.js";
import { RouteCounts } from "./route-counts.js";
import { StreamInlet } from "./stream-inlet.js";

export interface BridgeOptions {
  readonly routes: readonly BridgeRoute[];
  readonly urls: Readonly<Record<ChannelName, string>>;
  readonly namespace: string;
  readonly nodeId: string;
  /** Without Redis at the start: go on trying, or fail. */
  readonly atStart: "wait" | "fail";
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes a message in on the bus of the node; a promise while its readers push back. */
  readonly takeIn: (product: Product, message: Envelope) => Promise<void> | undefined;
  /** Whether the network of this node has the message already: one of its own nodes published it. */
  readonly isOwn: (source: string) => boolean;
}

/** What is under way when the node stops may still arrive. */
const STOP_MS = 500;

interface OpenRoute extends BridgeRoute {
  readonly key: string;
  readonly link: RedisLink;
  readonly counts: RouteCounts;
}

export class Bridge {
  readonly #options: BridgeOptions;
  readonly #routes: readonly OpenRoute[];
  /** By product key. */
  readonly #out = new Map<string, OpenRoute & { readonly outbox: BridgeOutbox }>();
  readonly #outboxes: readonly BridgeOutbox[];
  readonly #inlets: readonly Inlet[];
  #stopping: Promise<void> | undefined;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const groups = CHANNEL_NAMES.flatMap((channel) =>
      BRIDGE_DIRECTIONS.map((direction) => this.#open(channel, direction)),
    );
    this.#routes = groups.flat();
    this.#outboxes = groups.flatMap((routes) => this.#openOutbox(routes));
    this.#inlets = groups.flatMap((routes) => this.#openInlet(routes));
  }

  /** @throws NautilusError NOT_SERVING where a server cannot be reached and `atStart` is fail */
  async start(): Promise<void> {
    const { atStart, log, namespace } = this.#options;
    const ends = await Promise.allSettled(this.#links.map((link) => link.connect()));
    const failures = ends.flatMap((end, index) =>
      end.status === "rejected" ? [`${this.#links[index]?.address}: ${messageOf(end.reason)}`] : [],
    );
    await Promise.all(this.#inlets.map((inlet) => inlet.settled()));
    if (failures.length === 0 || this.#stopping !== undefined) return;
    const what = `Redis is not reachable: ${[...new Set(failures)].join("; ")}`;
    if (atStart === "fail") throw new NautilusError("NOT_SERVING", `bridge: ${what}`);
    log.warn({ namespace }, `bridge: ${what}; it begins to work when it is`);
  }

  /** Does not wait for a server that is not there. Twice is the same as once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** What an engine of this node published. Where the product does not go out, nothing happens. */
  send(product: Product, message: Envelope): void {
    const route = this.#out.get(product.key);
    if (route === undefined) return;
    const { key, counts, outbox } = route;
    try {
      const event = writeEvent(message);
      const objection = objectionTo(event, product.channel);
      if (objection !== undefined) counts.refuse(objection);
      else outbox.add({ key, event, counts });
    } catch (thrown) {
      counts.refuse(thrown);
    }
  }

  status(): readonly BridgeRouteView[] {
    return this.#routes.map(({ product, direction, key, link, counts }) => ({
      product: product.key,
      direction,
      channel: product.channel,
      key,
      server: link.address,
      connected: link.isReady,
      passed: counts.passed,
      refused: counts.refused,
      dropped: counts.dropped,
      waiting: counts.waiting,
    }));
  }

  get #links(): readonly RedisLink[] {
    return [...new Set(this.#routes.map(({ link }) => link))];
  }

  async #stop(): Promise<void> {
    const { clock } = this.#options;
    for (const inlet of this.#inlets) inlet.close();
    const idle = Promise.all(this.#outboxes.map((outbox) => outbox.idle()));
    await new Promise<void>((resolve) => {
      const limit = clock.setTimeout(resolve, STOP_MS);
      void idle.then(() => {
        clock.clearTimeout(limit);
        resolve();
      });
    });
    for (const outbox of this.#outboxes) outbox.close();
    for (const link of this.#links) link.close();
  }

  /** One connection for all products of a channel that go the same way. */
  #open(channel: ChannelName, direction: BridgeDirection): readonly OpenRoute[] {
    const { urls, namespace, nodeId, clock, log } = this.#options;
    const routes = this.#options.routes.filter(
      (route) => route.product.channel === channel && route.direction === direction,
    );
    if (routes.length === 0) return [];
    const name = `nautilus:${nodeId}:bridge:${channel}:${direction}`;
    const link = new RedisLink({ url: urls[channel], name, clock, log });
    return routes.map((route) => ({
      ...route,
      key: bridgeKey(namespace, route.product),
      link,
      counts: new RouteCounts(route, { clock, log }),
    }));
  }

  #openOutbox(routes: readonly OpenRoute[]): BridgeOutbox[] {
    const { clock } = this.#options;
    const [first] = routes;
    if (first?.direction !== "out") return [];
    const { keeps, command } = BRIDGE_RULES[first.product.channel];
    const outbox = new BridgeOutbox({ link: first.link, keeps, command, clock });
    for (const route of routes) this.#out.set(route.product.key, { ...route, outbox });
    return [outbox];
  }

  #openInlet(routes: readonly OpenRoute[]): Inlet[] {
    const { clock, log } = this.#options;
    const [first] = routes;
    if (first?.direction !== "in") return [];
    const receivers = new Map(routes.map((route) => [route.key, this.#receiverOf(route)]));
    const { link, product } = first;
    const { carrier, count } = BRIDGE_RULES[product.channel];
    if (carrier === "pubsub") return [new LiveInlet({ link, receivers, log })];
    return [new StreamInlet({ link, receivers, count, clock, log })];
  }

  #receiverOf({ product, counts }: OpenRoute): Receive {
    const { clock, takeIn, isOwn } = this.#options;
    return ({ text, arrays }) => {
      try {
        const message = readEvent(product, { text, arrays, wallMs: clock.wallMs() });
        if (isOwn(message.source)) {
          counts.refuse(`${message.source} is of this network, which has it already`);
          return undefined;
        }
        const taken = takeIn(product, message);
        if (taken === undefined) counts.passed += 1;
        return taken?.then(
          () => void (counts.passed += 1),
          (why: unknown) => {
            counts.lose(why);
          },
        );
      } catch (thrown) {
        counts.refuse(thrown);
        return undefined;
      }
    };
  }
}

function objectionTo({ arrays, bytes }: ReturnType<typeof writeEvent>, channel: ChannelName): string | undefined {
  if (bytes > MAX_EVENT_BYTES) return `${bytes} bytes are more than ${MAX_EVENT_BYTES}`;
  const isAlone = BRIDGE_RULES[channel].carrier === "pubsub";
  return isAlone && arrays.length > 0 ? `${arrays[0]?.name}: ${channel} has no room for typed arrays` : undefined;
}
