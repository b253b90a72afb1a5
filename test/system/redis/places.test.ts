// More want a place at a provider than it has, on nodes that share a Redis server: whoever leads says who gets it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { createNode, defineEngine, operation, product, type EngineDefinition, type Node } from "../../../src/index.js";
import { RedisServer, REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { until } from "./network.js";

const HEARTBEAT_MS = 500;
const LIMIT_MS = 60_000;

const schema = z.object({ from: z.string() });
const made = (name: string): ReturnType<typeof product<z.infer<typeof schema>>> =>
  product(name, { version: 1, channel: "engineLogic", description: name, schema });
const Raw = made("test.raw");

function giver(id: string): EngineDefinition {
  const give = operation({ name: "give", version: 1, needs: {}, gives: Raw, run: () => ({ from: id }) });
  return defineEngine({
    id,
    name: id,
    version: "1.0.0",
    limits: { concurrency: 1, queue: 8, partners: 1 },
    operations: [give],
  });
}

function taker(id: string): EngineDefinition {
  const refine = operation({
    name: "refine",
    version: 1,
    needs: { raw: Raw },
    gives: made(`test.${id.toLowerCase()}`),
    run: ({ raw }) => raw,
  });
  return defineEngine({ id, name: id, version: "1.0.0", operations: [refine] });
}

describeWith(REDIS, "a place that two engines on other nodes want", () => {
  const nodes: Node[] = [];
  let redis: RedisServer;

  async function add(nodeId: string, definitions: readonly EngineDefinition[]): Promise<Node> {
    const { url } = redis;
    const servers = { redisMarketData: url, redisEngineLogic: url, redisNeuralGpu: url };
    const node = createNode(
      {
        ...{ nodeId, bus: "redis", ...servers, feed: false, engines: [], logLevel: "silent" },
        heartbeatIntervalMs: HEARTBEAT_MS,
      },
      { definitions },
    );
    nodes.push(node);
    await node.start();
    return node;
  }

  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => {
    for (const node of nodes) await node.stop();
    await redis.stop();
  });

  it(
    "is given by whoever leads, under its token, and the provider's node does as it says",
    async () => {
      const leads = await add("leads", []);
      await until("it leads", async () => leads.port.status().leader === "leads");
      const gives = await add("gives", [giver("ONE"), giver("TWO")]);
      const first = await add("first", [taker("FIRST")]);
      const partnersOf = (consumer: string): readonly string[] =>
        gives.port
          .partnerships()
          .partnerships.filter((each) => each.consumer.startsWith(`${consumer}.`) && each.state === "trial")
          .map(({ provider }) => provider);
      await until("the first has both places", async () => partnersOf("FIRST").length === 2);
      await until("they know who leads", async () => gives.port.status().leader === "leads");

      // It has none, so that one of the two goes to it at once.
      await add("second", [taker("SECOND")]);
      await until("the second has one", async () => partnersOf("SECOND").length === 1);
      expect(partnersOf("FIRST")).toHaveLength(1);
      const settled = leads.port.eventsAfter(0).filter(({ type }) => type === "places.settled");
      const given = settled.find(({ data }) => JSON.stringify(data["verdicts"]).includes("displaced"));
      expect(given).toMatchObject({
        subject: partnersOf("SECOND")[0],
        data: {
          for: "gives",
          verdicts: [{ consumer: "SECOND.1@second", admitted: true, displaced: "FIRST.1@first" }],
        },
      });
      const pair = `FIRST.1@first>${partnersOf("SECOND")[0]}`;
      const reason = `others came first: decided by leads (${String(given?.data["token"])})`;
      for (const { port } of [gives, first]) {
        await until("both sides know why", async () => port.partnership(pair)?.reason === reason);
      }
    },
    LIMIT_MS,
  );
});
