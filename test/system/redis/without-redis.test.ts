// A node that is told to use Redis and cannot: it says so, and ends or works alone, as it was told; with two of three servers the
// third is missing, and nothing else.
import { afterEach, expect, it } from "vitest";
import { freePort, REDIS, RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { startNode, type NodeProcess } from "../support/node-process.js";
import { Program, PROGRAM } from "../support/program.js";
import { redisArgs, until } from "./network.js";

const LIMIT_MS = 90_000;
const QUIET = ["--speed", "max", "--universe", "8", "--log-level", "warn", "--node-id", "n"];

describeWith(REDIS, "a node over Redis", () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function start(args: readonly string[]): Promise<NodeProcess> {
    const node = await startNode([...args, ...QUIET]);
    closers.push(() => node.program.remove());
    return node;
  }

  async function serve(): Promise<RedisServer> {
    const server = await RedisServer.start();
    closers.push(() => server.stop());
    return server;
  }

  /** Channels that are not connected. */
  const lacking = async (node: NodeProcess): Promise<readonly string[]> =>
    (await node.status()).links.filter(({ connected }) => !connected).map(({ channel }) => channel);
  const isConnected = async (node: NodeProcess): Promise<boolean> => (await lacking(node)).length === 0;

  it(
    "that is to fail without it says which server is missing, and ends with exit code 1",
    async () => {
      const url = `redis://me:secret@127.0.0.1:${await freePort()}`;
      const args = [PROGRAM, "start", "--port", "0", ...redisArgs(url), "--redis-at-start", "fail", ...QUIET];
      const program = new Program(process.execPath, args);
      closers.push(() => program.remove());
      expect(await program.exited).toEqual({ code: 1, signal: null });
      expect(program.err).toMatch(/Redis is not reachable: redis:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
      expect(program.out + program.err).not.toContain("secret");
    },
    LIMIT_MS,
  );

  it(
    "works alone until there is one, and says so",
    async () => {
      const server = await serve();
      await server.kill();
      const node = await start(redisArgs(server.url));
      expect((await node.execute()).run.status).toBe("succeeded");
      expect(await lacking(node)).toEqual(["marketData", "engineLogic", "neuralGpu"]);
      expect(node.program.err + node.program.out).toContain("this node works alone until it is");
      await server.start();
      await until("it is connected", () => isConnected(node));
      expect((await node.execute({ fresh: true })).run.status).toBe("succeeded");
    },
    LIMIT_MS,
  );

  it(
    "goes on with two of three servers, and says which channel it lacks",
    async () => {
      const [market, logic, tensors] = [await serve(), await serve(), await serve()];
      const servers = [
        ...["--bus", "redis", "--redis-market-data", market.url],
        ...["--redis-engine-logic", logic.url, "--redis-neural-gpu", tensors.url],
      ];
      const node = await start(servers);
      await until("it is connected", () => isConnected(node));
      await market.kill();
      await until("it knows", async () => !(await isConnected(node)));
      expect(await lacking(node)).toEqual(["marketData"]);
      await until("its health says so", async () => (await node.status()).level === "degraded");
      expect((await node.status()).reasons).toEqual(["marketData is not connected: Redis is not reachable"]);
      expect((await node.execute({ fresh: true })).run.status).toBe("succeeded");
      const shown = new Program(process.execPath, [PROGRAM, "status", "--port", node.port]);
      closers.push(() => shown.remove());
      await shown.exited;
      expect(shown.out).toMatch(/marketData/);
    },
    LIMIT_MS,
  );
});
