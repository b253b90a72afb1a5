// Servers, proxies and buses of one test, all of them ended after it.
import { Redis } from "ioredis";
import { afterEach } from "vitest";
import { createRedisBus, type RedisBus, type RedisBusOptions } from "../../../../src/buses/redis-bus/redis-bus.js";
import type { ChannelName } from "../../../../src/contracts/channel.js";
import { createLogger } from "../../../../src/kernel/pino-logger.js";
import { systemClock } from "../../../../src/kernel/system-clock.js";
import { RedisServer, type RedisServerOptions } from "../../../support/redis-server.js";
import { TcpProxy } from "../../../support/tcp-proxy.js";

export type Urls = Readonly<Record<ChannelName, string>>;

export interface OpenOptions extends Partial<Omit<RedisBusOptions, "urls" | "nodeId" | "clock">> {
  /** Of all three channels where it is one. */
  readonly url: string | Urls;
}

export class BusNetwork {
  readonly #ends: (() => Promise<void>)[] = [];

  static ofTests(): BusNetwork {
    const network = new BusNetwork();
    afterEach(() => network.close());
    return network;
  }

  async server(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = await RedisServer.start(options);
    this.#ends.push(() => server.stop());
    return server;
  }

  /** Between whoever takes its address and the server. */
  async proxy({ port }: RedisServer): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(port);
    this.#ends.push(() => proxy.stop());
    return proxy;
  }

  create(nodeId: string, { url, ...options }: OpenOptions): RedisBus {
    const urls = typeof url === "string" ? { marketData: url, engineLogic: url, neuralGpu: url } : url;
    const bus = createRedisBus({
      urls,
      namespace: "faults",
      nodeId,
      incarnation: "1",
      clock: systemClock,
      log: createLogger("silent"),
      ...options,
    });
    this.#ends.push(() => bus.stop());
    return bus;
  }

  async open(nodeId: string, options: OpenOptions): Promise<RedisBus> {
    const bus = this.create(nodeId, options);
    await bus.start();
    return bus;
  }

  /** As somebody else would send it. */
  async command(
    { url }: Pick<RedisServer, "url">,
    name: string,
    ...args: (string | number | Buffer)[]
  ): Promise<unknown> {
    const redis = new Redis(url, { protocol: 2, lazyConnect: true, retryStrategy: () => null });
    try {
      await redis.connect();
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  }

  /** Also what is to be ended with the rest. */
  onClose(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  /** The youngest first. */
  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}
