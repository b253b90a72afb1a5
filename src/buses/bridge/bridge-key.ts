// Where a product is found at its Redis server.
import type { Product } from "../../contracts/product.js";

/** Of the pub/sub channel for marketData, of the stream for the others. */
export function bridgeKey(namespace: string, product: Pick<Product, "key">): string {
  return `${namespace}:bridge:${product.key}`;
}
