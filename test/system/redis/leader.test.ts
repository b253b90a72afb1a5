// Who leads among three processes over Redis, and who does when that one is killed.
import { afterAll, beforeAll, expect, it } from "vitest";
import { REDIS } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { HEARTBEAT_MS, Network, until } from "./network.js";

const LIMIT_MS = 120_000;
/** What a busy machine may add to what is promised. */
const SLACK_MS = 1_000;

describeWith(REDIS, "the leader of three processes over Redis", () => {
  let network: Network;

  beforeAll(async () => {
    network = await Network.start();
    await Promise.all(["a", "b", "c"].map((nodeId) => network.add(nodeId, ["FACTOR_ENGINE"])));
  }, LIMIT_MS);
  afterAll(() => network.stop());

  /** Whom every living node takes for the leader; undefined where they differ. */
  async function leader(): Promise<string | undefined> {
    const told = await Promise.all([...network.nodes.values()].map(async (node) => (await node.status()).leader));
    return new Set(told).size === 1 ? (told[0] ?? undefined) : undefined;
  }

  it(
    "is one, and when it is killed another within three heartbeats",
    async () => {
      await until("they agree on a leader", async () => (await leader()) !== undefined);
      const first = (await leader())!;
      const killed = network.nodes.get(first)!;
      network.nodes.delete(first);
      process.kill(killed.program.pid, "SIGKILL");
      const tookMs = await until("another leads", async () => {
        const next = await leader();
        return next !== undefined && next !== first;
      });
      expect(tookMs).toBeLessThan(3 * HEARTBEAT_MS + SLACK_MS);
      await killed.program.remove();
    },
    LIMIT_MS,
  );

  it(
    "hands over at once when it is stopped in order",
    async () => {
      const first = (await leader())!;
      const stopped = network.nodes.get(first)!;
      network.nodes.delete(first);
      process.kill(stopped.program.pid, "SIGTERM");
      expect(await stopped.program.exited).toEqual({ code: 0, signal: null });
      const tookMs = await until("the last one leads", async () => {
        const next = await leader();
        return next !== undefined && next !== first;
      });
      expect(tookMs).toBeLessThan(HEARTBEAT_MS + SLACK_MS);
      await stopped.program.remove();
    },
    LIMIT_MS,
  );
});
