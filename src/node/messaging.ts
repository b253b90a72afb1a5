// What travels to and from a node as messages: from its options, the products that its engines declare, and the bridge.
import { keysOf } from "../buses/redis-bus/keys.js";
import { HeadSchema } from "../buses/redis-bus/wire.js";
import { CHANNEL_NAMES, type ChannelName } from "../contracts/channel.js";
import type { Messaging, MessagingServer } from "../contracts/views/messaging.js";
import type { ResolvedNodeOptions } from "../contracts/options.js";
import type { Product } from "../contracts/product.js";
import { topics } from "../contracts/topics.js";
import type { NodeParts } from "./node-parts.js";

export function viewMessaging({ options, bridge, products }: NodeParts): Messaging {
  const routes = new Map((bridge?.status() ?? []).map((route) => [route.product, route]));
  const isUsed = (channel: ChannelName): boolean =>
    options.bus === "redis" || [...routes.values()].some((route) => route.channel === channel);
  return {
    servers: CHANNEL_NAMES.filter(isUsed).map((channel) => serverOf(channel, options)),
    streams: products.streams.map(({ product, ...ends }) => {
      const route = routes.get(product.key);
      const bridged = route && { bridge: { direction: route.direction, key: route.key } };
      return { product, ...ends, address: addressOf(product, options), ...bridged };
    }),
    batch: HeadSchema,
  };
}

function serverOf(channel: ChannelName, options: ResolvedNodeOptions): MessagingServer {
  const { redisMarketData, redisEngineLogic, redisNeuralGpu } = options;
  const urls = { marketData: redisMarketData, engineLogic: redisEngineLogic, neuralGpu: redisNeuralGpu };
  const { protocol, hostname, port, pathname, username, password } = new URL(urls[channel]);
  const url = `${protocol}//${hostname}:${port === "" ? "6379" : port}${pathname}`;
  return { channel, url, needsPassword: username !== "" || password !== "" };
}

function addressOf(product: Product, { bus, namespace }: ResolvedNodeOptions): string | null {
  if (bus !== "redis") return null;
  const { live, log } = keysOf(namespace, product.channel);
  return product.channel === "marketData" ? live(topics.stream(product)) : log(topics.stream(product));
}
