// A process over Redis whose event loop is really blocked for longer than three heartbeats: a thread speaks for it, and nobody takes
// it for dead.
import { afterAll, beforeAll, expect, it } from "vitest";
import { REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { Program } from "../support/program.js";
import { DATA_ENGINES, HEARTBEAT_MS, Network, until } from "./network.js";

const INDEX = JSON.stringify(new URL("../../../dist/index.js", import.meta.url).href);
const BLOCKED_MS = 5 * HEARTBEAT_MS;
const LIMIT_MS = 60_000;

function blocking(url: string): string {
  const options = {
    bus: "redis",
    redisMarketData: url,
    redisEngineLogic: url,
    redisNeuralGpu: url,
    nodeId: "blocked",
    feed: false,
    engines: [],
    heartbeatIntervalMs: HEARTBEAT_MS,
    logLevel: "silent",
  };
  return `
    import { createNode } from ${INDEX};
    import { once } from "node:events";
    import { setTimeout } from "node:timers/promises";
    const node = createNode(${JSON.stringify(options)});
    await node.start();
    await setTimeout(${3 * HEARTBEAT_MS});
    console.log("blocks");
    const until = performance.now() + ${BLOCKED_MS};
    while (performance.now() < until);
    console.log("turns again");
    await setTimeout(${3 * HEARTBEAT_MS});
    const told = once(process, "SIGTERM");
    console.log("deaths: " + node.port.eventsAfter(0).filter(({ type }) => type === "node.dead").length + ".");
    await told;
    await node.stop();
  `;
}

describeWith(REDIS, "a process that is blocked for five heartbeats", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.start();
  });
  afterAll(() => network.stop());

  it(
    "is not declared dead, nor does it take others for dead afterwards",
    async () => {
      const watching = await network.add("watching", DATA_ENGINES);
      const program = new Program(process.execPath, ["--input-type=module", "--eval", blocking(network.redis.url)]);
      try {
        await program.prints(/blocks/);
        const statuses = new Set<string>();
        await until("the other turns again", async () => {
          const { nodes } = await watching.status();
          for (const { nodeId, status } of nodes) if (nodeId === "blocked") statuses.add(status);
          return program.out.includes("turns again");
        });
        expect(statuses.has("dead")).toBe(false);
        await program.prints(/deaths: 0\./);
        const { nodes } = await watching.status();
        expect(nodes.find(({ nodeId }) => nodeId === "blocked")?.status).toBe("alive");
        program.signal("SIGTERM");
        expect(await program.exited).toEqual({ code: 0, signal: null });
      } finally {
        await program.remove();
      }
    },
    LIMIT_MS,
  );
});
