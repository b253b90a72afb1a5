// A node whose engines publish what a test says and remember what they read, bridged to a Redis server of the test's own.
import { z } from "zod";
import type { BridgeRouteView } from "../../../../src/contracts/bridge.js";
import { defineEngine, stream, type EngineContext } from "../../../../src/contracts/engine.js";
import type { NodeOptions } from "../../../../src/contracts/options.js";
import { float64Array, product, type Product } from "../../../../src/contracts/product.js";
import { createInlinePool } from "../../../../src/kernel/inline-pool.js";
import { createNode, type Node } from "../../../../src/node/create-node.js";
import { recordingLogger, type LogLine } from "../../../api/support/scripted-api.js";

const header = { version: 1, description: "Of a test." };

export const Tick = product("test.tick", {
  ...header,
  channel: "marketData",
  whenSlow: "drop",
  schema: z.object({ symbol: z.string(), price: z.number() }),
});
export const Signal = product("test.signal", {
  ...header,
  channel: "engineLogic",
  schema: z.object({ symbol: z.string(), strength: z.number() }),
});
export const Tensor = product("test.tensor", {
  ...header,
  channel: "neuralGpu",
  schema: z.object({ shape: z.array(z.int()), values: float64Array() }),
});
/** On a channel that has no room for its array. */
export const Curve = product("test.curve", {
  ...header,
  channel: "marketData",
  schema: z.object({ values: float64Array() }),
});
/** Made on request. */
const PRODUCTS = [Tick, Signal, Tensor, Curve] as const;

export class BridgedNode {
  readonly log: LogLine[] = [];
  /** What its reader got, by product. */
  readonly heard: Record<string, unknown[]> = {};
  readonly node: Node;
  #context: EngineContext | undefined;

  constructor(options: NodeOptions) {
    const engine = { version: "1.0.0", name: "Test" };
    const writer = defineEngine({
      ...engine,
      id: "WRITER",
      publishes: [...PRODUCTS],
      start: (context) => void (this.#context = context),
    });
    const streams = PRODUCTS.map((on: Product) => {
      const heard: unknown[] = (this.heard[on.key] = []);
      return stream({ on, handle: (value) => void heard.push(value) });
    });
    const reader = defineEngine({ ...engine, id: "READER", streams });
    const runtime = { pool: createInlinePool(), definitions: [writer, reader], log: recordingLogger(this.log) };
    this.node = createNode({ feed: false, engines: [], ...options }, runtime);
  }

  publish(of: Product, value: unknown, subject?: string): void {
    this.#context?.publish(of, value, subject);
  }

  route(of: Product): BridgeRouteView {
    const route = this.node.port.status().bridge.find(({ product: key }) => key === of.key);
    if (route === undefined) throw new Error(`${of.key} is not bridged`);
    return route;
  }

  get warnings(): readonly string[] {
    return this.log.filter(({ level }) => level === "warn").map(({ message }) => message);
  }
}
