// An operation with effects that fails by what it asked of others has had its effect, or may have: it is not done again.
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineEngine, operation, type EngineDefinition } from "../../../src/contracts/engine.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { product } from "../../../src/contracts/product.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";
import { stopNode } from "../../support/stop-node.js";

const schema = z.object({ from: z.string() });
const described = { version: 1, channel: "engineLogic", description: "Made by a test.", schema } as const;
const Quote = product("test.quote", described);
const Order = product("test.order", described);

function quoting(id: string, fails: boolean): EngineDefinition {
  let calls = 0;
  return defineEngine({
    id,
    name: id,
    version: "1.0.0",
    operations: [
      operation({
        name: "quote",
        version: 1,
        needs: {},
        gives: Quote,
        run: () => {
          calls += 1;
          if (fails && calls > 1) throw new NautilusError("OVERLOADED", "no room", { retryable: false });
          return { from: id };
        },
      }),
    ],
  });
}

describe("an operation with effects", () => {
  const clock = new VirtualClock();
  let node: Node;

  afterEach(() => stopNode(node, clock));

  it("is not done again where what it asked for in its turn failed, though the run has that from another", async () => {
    let orders = 0;
    const trader = defineEngine({
      id: "TRADER",
      name: "Trader",
      version: "1.0.0",
      operations: [
        operation({
          name: "order",
          version: 1,
          needs: { quote: Quote },
          uses: [Quote],
          effects: true,
          gives: Order,
          run: async (_, context) => {
            orders += 1;
            return context.call(Quote, {});
          },
        }),
      ],
    });
    const definitions = [quoting("A_QUOTES", true), quoting("B_QUOTES", false), trader];
    const runtime = { clock, pool: createInlinePool(), definitions };
    node = createNode({ nodeId: "n", feed: false, engines: [], logLevel: "silent" }, runtime);
    await node.start();
    await clock.advance(1_000);
    const asked = node.request({ products: ["test.order"], fresh: true }).catch((thrown: unknown) => thrown);
    await clock.advance(100);
    const outcome = await asked;
    expect(orders).toBe(1);
    expect(outcome).toMatchObject({ code: "OVERLOADED", details: { step: "TRADER.order@1" } });
  });
});
