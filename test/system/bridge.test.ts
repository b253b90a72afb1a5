import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pythonRedis, pythonWithRedis } from "../support/python-redis.js";
import { REDIS, RedisServer } from "../support/redis-server.js";
import { describeWith } from "../support/requirements.js";
import { startNode, type NodeProcess } from "./support/node-process.js";
import { nautilus, Program, ROOT } from "./support/program.js";

const PATIENCE = { timeout: 30_000, interval: 20 };
const BARS = "nautilus:bridge:market.bar@1";
const FEW = ["--universe", "3", "--live-bars", "40"];

interface BarEvent {
  readonly type: string;
  readonly subject: string;
  readonly sequence: number;
  readonly data: { readonly symbol: string; readonly date: string; readonly close: number; readonly origin: string };
}

const programs: Program[] = [];

function program(command: string, args: readonly string[]): Program {
  const started = new Program(command, args, { cwd: ROOT });
  programs.push(started);
  return started;
}

async function node(args: readonly string[], options: Parameters<typeof startNode>[1] = {}): Promise<NodeProcess> {
  const started = await startNode(args, options);
  programs.push(started.program);
  return started;
}

async function metricOf(of: NodeProcess, name: string): Promise<number> {
  const text = await (await of.fetch("/metrics")).text();
  return Number(new RegExp(`^${name}\\{product="market\\.bar@1"[^}]*\\} (\\d+)$`, "m").exec(text)?.[1]);
}

afterEach(async () => {
  for (const each of programs.splice(0)) await each.remove();
});

describe("--bridge", () => {
  it.each([
    [["--bridge", "market.bar"], "--bridge: expected a product and a direction"],
    [["--bridge", "market.bar:sideways"], "--bridge: expected a product and a direction"],
    [["--bridge", "market.*:out,market.bar:in"], "--bridge: market.bar@1 would go both ways"],
  ])("is refused in one line: %j", async (args, line) => {
    const { code, err } = await nautilus(["start", "--port", "0", ...args]);
    expect(code).toBe(2);
    expect(err.trim().split("\n")).toEqual([expect.stringContaining(line)]);
  });

  it("says in one line when it means nothing, and that Redis is not there", async () => {
    const env = { NAUTILUS_BRIDGE: "tea.*:in,market.bar:out", NAUTILUS_REDIS_MARKET_DATA: "redis://127.0.0.1:1" };
    const { program: running } = await node([...FEW, "--speed", "max"], { env });
    await running.complains(/bridge: tea\.\*:in means no product of these engines; streams are market\.bar@1"/);
    await running.complains(/bridge: Redis is not reachable: redis:\/\/127\.0\.0\.1:1/);
    running.signal("SIGTERM");
    expect(await running.exited).toEqual({ code: 0, signal: null });
  });
});

describeWith(REDIS, "a node with a bridge", () => {
  let server: RedisServer;
  let other: Redis;
  let heard: BarEvent[];

  beforeEach(async () => {
    server = await RedisServer.start();
    heard = [];
    other = new Redis(server.url);
    other.on("message", (_, text: string) => heard.push(JSON.parse(text) as BarEvent));
    other.on("error", () => undefined);
    await other.subscribe(BARS);
  });
  afterEach(async () => {
    other.disconnect();
    await server.stop();
  });

  it("tells any program of its bars, and how to read them", async () => {
    const given = ["--bridge", "market.*:out", "--redis-market-data", server.url, "--speed", "max", ...FEW];
    const running = await node(given);
    await vi.waitFor(async () => {
      expect(heard.length).toBeGreaterThan(0);
      expect(heard).toHaveLength(await metricOf(running, "nautilus_bridge_out_total"));
    }, PATIENCE);
    expect(heard.map(({ sequence }) => sequence)).toEqual([...heard.keys()]);
    for (const { type, subject, data } of heard) {
      expect(type).toBe("market.bar@1");
      expect(subject).toBe(data.symbol);
    }
    expect(new Set(heard.map(({ data: { origin } }) => origin))).toEqual(new Set(["real", "synthetic"]));
    const { body } =
      await running.get<Record<string, Record<string, { address?: string; host?: string }>>>("/asyncapi.json");
    expect(body["channels"]?.["bridge.market.bar.v1"]?.address).toBe(BARS);
    expect(body["servers"]?.["marketData"]?.host).toBe(`127.0.0.1:${server.port}`);
    expect((await running.status()).bridge).toMatchObject([
      { product: "market.bar@1", direction: "out", connected: true },
    ]);
  });

  it("plays on without Redis, comes back to it, and ends without it", async () => {
    const running = await node(["--bridge", "market.bar:out", "--redis-market-data", server.url, "--speed", "100"]);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(10), PATIENCE);
    await server.kill();
    await vi.waitFor(
      async () => expect(await metricOf(running, "nautilus_bridge_dropped_total")).toBeGreaterThan(0),
      PATIENCE,
    );
    expect((await running.fetch("/health")).status).toBe(200);
    await server.start();
    heard.splice(0);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(10), PATIENCE);
    await server.kill();
    const beganMs = performance.now();
    running.program.signal("SIGTERM");
    expect(await running.program.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - beganMs).toBeLessThan(4_500);
  });

  const python = pythonWithRedis();

  describeWith(pythonRedis(python), "and Python", () => {
    it("prints its bars, waits for a server that is away, and ends on Ctrl-C", async () => {
      const reader = program(python!, ["examples/python/consume-bars.py", "--redis", server.url]);
      await reader.complains(/listening to nautilus:bridge:market\.bar@1\n/);
      await node(["--bridge", "market.*:out", "--redis-market-data", server.url, "--speed", "100"]);
      await reader.prints(/^\d{4}-\d{2}-\d{2} SPX +close \d+\.\d{2} volume \d+ real$/m);
      await reader.prints(/^\d{4}-\d{2}-\d{2} SYN\d+ +close \d+\.\d{2} volume \d+ synthetic$/m);
      await server.kill();
      await reader.complains(/trying again in/);
      await server.start();
      await reader.complains(/trying again in[^]*listening to/);
      const before = reader.out.length;
      await vi.waitFor(() => expect(reader.out.length).toBeGreaterThan(before), PATIENCE);
      reader.signal("SIGINT");
      expect(await reader.exited).toEqual({ code: 0, signal: null });
      expect(reader.err).not.toContain("Traceback");
    });

    it("writes what an engine reads", async () => {
      const engine = program(process.execPath, ["--import", "tsx", "examples/sentiment-engine.ts", server.url]);
      await engine.prints(/^waiting for news$/m);
      const writer = program(python!, [
        ...["examples/python/produce-sentiment.py", "--redis", server.url],
        ...["AAPL=0.4", "SPX=7", "SPX=-0.1"],
      ]);
      expect(await writer.exited, writer.err).toEqual({ code: 0, signal: null });
      await engine.prints(/^AAPL 0\.4\nSPX -0\.1\n/m);
      await engine.complains(/bridge: a message of news\.sentiment@1 was refused on its way in: data\.score: /);
      engine.signal("SIGINT");
      expect(await engine.exited).toEqual({ code: 0, signal: null });
    });
  });
});
