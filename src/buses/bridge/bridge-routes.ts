// Which products the patterns of the bridge mean.
import type { BridgeDirection } from "../../contracts/bridge.js";
import { NautilusError } from "../../contracts/errors.js";
import type { Product } from "../../contracts/product.js";

export interface BridgeRoute {
  readonly product: Product;
  readonly direction: BridgeDirection;
}

export interface BridgePlan {
  readonly routes: readonly BridgeRoute[];
  /** Patterns that mean none of the products. */
  readonly unmatched: readonly string[];
}

/** @throws NautilusError INVALID_INPUT for a product that would go both ways: it would come back to where it came from */
export function planBridge(patterns: readonly string[], products: readonly Product[]): BridgePlan {
  const found = new Map<string, BridgeRoute & { readonly pattern: string }>();
  for (const pattern of patterns) {
    const direction = directionOf(pattern);
    for (const product of products.filter((each) => isMeant(pattern, each))) {
      const other = found.get(product.key);
      if (other !== undefined && other.direction !== direction) {
        const both = `${product.key} would go both ways, by ${other.pattern} and by ${pattern}`;
        throw new NautilusError("INVALID_INPUT", `options.bridge: ${both}: one direction a product`);
      }
      found.set(product.key, other ?? { product, direction, pattern });
    }
  }
  return {
    routes: [...found.values()].map(({ product, direction }) => ({ product, direction })),
    unmatched: patterns.filter((pattern) => !products.some((product) => isMeant(pattern, product))),
  };
}

export function isMeant(pattern: string, { name, version }: Pick<Product, "name" | "version">): boolean {
  const [wantedName = "", wantedVersion] = pattern.slice(0, pattern.lastIndexOf(":")).split("@");
  if (wantedVersion !== undefined && Number(wantedVersion) !== version) return false;
  return wantedName.endsWith("*") ? name.startsWith(wantedName.slice(0, -1)) : name === wantedName;
}

function directionOf(pattern: string): BridgeDirection {
  return pattern.endsWith(":in") ? "in" : "out";
}
