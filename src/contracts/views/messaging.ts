// What travels to and from a node as messages, for whoever describes it.
import type { z } from "zod";
import type { BridgeDirection } from "../bridge.js";
import type { ChannelName } from "../channel.js";
import type { Product } from "../product.js";

/** A Redis server that this node uses. */
export interface MessagingServer {
  readonly channel: ChannelName;
  /** Without credentials. */
  readonly url: string;
  readonly needsPassword: boolean;
}

/** A product that flows by itself. */
export interface MessagingStream {
  readonly product: Product;
  /** Engines of this build that publish it, and that read it. */
  readonly publishers: readonly string[];
  readonly readers: readonly string[];
  /** Between the nodes of a network over Redis; null within one process. */
  readonly address: string | null;
  readonly bridge?: { readonly direction: BridgeDirection; readonly key: string };
}

export interface Messaging {
  readonly servers: readonly MessagingServer[];
  readonly streams: readonly MessagingStream[];
  /** How messages travel between nodes. */
  readonly batch: z.ZodType;
}
