// Every topic name, in one place. Discovery and partnership channels are the node's options.
import type { Product } from "./product.js";

export const topics = {
  stream: (product: Pick<Product, "key">): string => `nautilus:stream:${product.key}`,
  calls: (nodeId: string): string => `nautilus:calls:${nodeId}`,
  replies: (nodeId: string): string => `nautilus:replies:${nodeId}`,
  /** What is meant for one node on the discovery channel. */
  discovery: (channel: string, nodeId: string): string => `${channel}:${nodeId}`,
} as const;
