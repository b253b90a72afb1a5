// A domain that has nothing to do with trading: a kitchen, to which goods are delivered and which cooks what is ordered.
import { z } from "zod";
import { alertRule } from "../../../../src/contracts/alert-rule.js";
import type { AlertSources, Domain } from "../../../../src/contracts/domain.js";
import { defineEngine, operation, stream } from "../../../../src/contracts/engine.js";
import { NautilusError } from "../../../../src/contracts/errors.js";
import { FeedStatusSchema, type Feed, type FeedFactory, type FeedStatus } from "../../../../src/contracts/feed.js";
import { product } from "../../../../src/contracts/product.js";
import { defineWorkflow, type RequestForm } from "../../../../src/contracts/workflow.js";

const Delivery = product("pantry.delivery", {
  version: 1,
  channel: "engineLogic",
  description: "Goods that came in.",
  schema: z.object({ good: z.string(), count: z.int() }),
});
const Order = product("kitchen.order", {
  version: 1,
  channel: "engineLogic",
  description: "What is to be cooked, for how many.",
  schema: z.object({ dish: z.string(), guests: z.int().min(1).max(40) }),
});
const Stock = product("pantry.stock", {
  version: 1,
  channel: "engineLogic",
  description: "What there is.",
  schema: z.object({ eggs: z.int(), deliveries: z.int() }),
});
const Stocktaking = product("pantry.stocktaking", {
  version: 1,
  channel: "engineLogic",
  description: "How many deliveries were counted. The pantry resolves it.",
  schema: z.object({ deliveries: z.int() }),
});
export const Meal = product("kitchen.meal", {
  version: 1,
  channel: "engineLogic",
  description: "What is served.",
  schema: z.object({ dish: z.string(), plates: z.int(), eggsLeft: z.int() }),
});

type Goods = z.infer<typeof Delivery.schema>;

interface DeliveryFeed extends Feed {
  subscribe(take: (goods: Goods) => void): () => void;
}

/** Delivers a dozen eggs three times, or cannot. */
const lorry: FeedFactory = ({ options }) => {
  const takers = new Set<(goods: Goods) => void>();
  let state: FeedStatus["state"] = "idle";
  let deliveries = 0;
  const feed: DeliveryFeed = {
    start: async () => {
      state = options.data === undefined ? "live" : "failed";
      if (state === "failed") throw new NautilusError("INVALID_INPUT", "the lorry broke down");
      for (; deliveries < 3; deliveries += 1) for (const take of takers) take({ good: "eggs", count: 12 });
    },
    stop: async () => {
      state = "ended";
    },
    status: () => ({ name: "lorry", description: "Brings eggs", state, problems: [], deliveries }),
    subscribe: (take) => {
      takers.add(take);
      return () => takers.delete(take);
    },
  };
  return feed;
};

const pantry = defineEngine({
  id: "PANTRY",
  name: "Pantry",
  version: "1.0.0",
  roles: ["storekeeper"],
  capabilities: ["counting_eggs"],
  readsFeed: true,
  create: ({ feed }: { readonly feed: DeliveryFeed }) => {
    const stock = { eggs: 0, deliveries: 0 };
    return {
      operations: [
        operation({
          name: "count_stock",
          version: 1,
          needs: { order: Order },
          gives: Stock,
          pin: ({ deliveries }) => ({ [Stocktaking.key]: { deliveries } }),
          run: () => ({ ...stock }),
        }),
      ],
      publishes: [Delivery],
      start: (context) =>
        feed.subscribe((goods) => {
          stock.eggs += goods.count;
          stock.deliveries += 1;
          context.publish(Delivery, goods, goods.good);
        }),
    };
  },
});

const EGGS_A_PLATE = 2;

const cook = defineEngine({
  id: "COOK",
  name: "Cook",
  version: "1.0.0",
  roles: ["chef"],
  operations: [
    operation({
      name: "cook_meal",
      version: 1,
      needs: { order: Order, stock: Stock },
      gives: Meal,
      run: ({ order: { dish, guests }, stock: { eggs } }) => {
        const eggsLeft = eggs - guests * EGGS_A_PLATE;
        if (eggsLeft < 0) throw new NautilusError("INFEASIBLE", `${eggs} eggs are not enough for ${guests}`);
        return { dish, plates: guests, eggsLeft };
      },
    }),
  ],
});

/** What the waiter was told of, delivery by delivery. */
export function waiterOf(seen: Goods[]): ReturnType<typeof defineEngine> {
  const on = stream({ on: Delivery, handle: (goods) => void seen.push(goods) });
  return defineEngine({ id: "WAITER", name: "Waiter", version: "1.0.0", streams: [on] });
}

const guests = z.int().min(1).default(1).describe("How many eat.");

const serveMeal = defineWorkflow({
  name: "serve_meal",
  description: "A meal for everybody at the table.",
  request: z.strictObject({ dish: z.string().min(1).describe("From the menu."), guests }),
  facts: ({ dish, guests: count }) => [[Order, { dish, guests: count }]],
  wants: { meal: Meal },
  examples: { omelette: { summary: "An omelette for two", value: { dish: "omelette", guests: 2 } } },
});
const takeStock = defineWorkflow({
  name: "take_stock",
  description: "What is in the pantry.",
  request: z.strictObject({}),
  facts: () => [[Order, { dish: "nothing", guests: 1 }]],
  wants: { stock: Stock },
});

const tableOrder = z.strictObject({ guests });
const goal: RequestForm<typeof tableOrder> = {
  request: tableOrder,
  facts: ({ guests: count }) => [[Order, { dish: "surprise", guests: count }]],
};

export const kitchen: Domain = {
  goal,
  runFields: [
    {
      name: "deliveries",
      after: "status",
      schema: z.int().nullable().describe("How many had come when the stock was counted."),
      read: ({ [Stocktaking.key]: taken }) => (taken as { deliveries: number } | undefined)?.deliveries ?? null,
    },
    { name: "menu", schema: z.array(z.string()), isLarge: true, read: () => ["omelette"] },
  ],
  feedStatus: FeedStatusSchema.extend({ deliveries: z.int() }),
  feedMetrics: ({ deliveries }) => [
    {
      name: "kitchen_deliveries_total",
      help: "Deliveries that came",
      type: "counter",
      samples: [[{ lorry: "1" }, Number(deliveries)]],
    },
  ],
  alerts: [
    alertRule({
      name: "kitchen.eggs",
      read: ({ feed }: AlertSources) => Number(feed?.status()["deliveries"]),
      judge: (deliveries) => [
        {
          subject: "pantry",
          severity: "info",
          summary: "nothing but eggs",
          evidence: { measured: { deliveries }, crossed: null },
        },
      ],
    }),
  ],
  resources: [
    {
      path: "kitchen/menu",
      name: "menu",
      summary: "What there is to eat",
      query: { maxEggs: z.coerce.number().int().optional() },
      answer: z.object({ dishes: z.array(z.string()), node: z.string() }),
      read: ({ maxEggs }, { nodeId }) => ({ dishes: maxEggs === 1 ? [] : ["omelette"], node: nodeId }),
    },
  ],
};

/** What a program hands to `createNode` to run it. */
export const KITCHEN = { engines: [pantry, cook], workflows: [serveMeal, takeStock], feeds: { lorry } };
