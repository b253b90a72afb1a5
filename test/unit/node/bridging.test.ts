import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { NodeOptions } from "../../../src/contracts/options.js";
import { REDIS, RedisServer } from "../../support/redis-server.js";
import { describeWith } from "../../support/requirements.js";
import { BridgedNode, Curve, Signal, Tensor, Tick } from "./support/bridged-node.js";

const PATIENCE = { timeout: 20_000, interval: 10 };
const NOBODY = "redis://127.0.0.1:1";

const nodes: BridgedNode[] = [];

function create(options: NodeOptions): BridgedNode {
  const node = new BridgedNode(options);
  nodes.push(node);
  return node;
}

async function started(options: NodeOptions): Promise<BridgedNode> {
  const node = create(options);
  await node.node.start();
  return node;
}

function at(url: string, more: NodeOptions): NodeOptions {
  return { redisMarketData: url, redisEngineLogic: url, redisNeuralGpu: url, ...more };
}

afterEach(async () => {
  for (const { node } of nodes.splice(0)) await node.stop();
});

describe("a bridge without a server", () => {
  it("is refused where a product would come back to where it came from", () => {
    expect(() => create({ bridge: ["test.*:out", "test.tick:in"] })).toThrow(
      "options.bridge: test.tick@1 would go both ways, by test.*:out and by test.tick:in",
    );
    expect(() => create({ bridge: ["test.tick"] })).toThrow("options.bridge.0: must be a product and a direction");
  });

  it("says in one line which pattern means nothing, and why", () => {
    const { warnings, node } = create({ bridge: ["tea.*:out", "factor.matrix:out"] });
    expect(warnings).toEqual([
      expect.stringMatching(/^bridge: tea\.\*:out means no product of these engines; streams are .*test\.tick@1/),
      "bridge: factor.matrix:out means factor.matrix@1: made on request, never published as a stream",
    ]);
    expect(node.port.status().bridge).toEqual([]);
  });

  it("does not keep the node from serving, nor from stopping", async () => {
    const node = await started(at(NOBODY, { bridge: ["test.tick:out", "test.signal:out", "test.tensor:in"] }));
    expect(node.warnings).toContainEqual(
      expect.stringContaining("bridge: Redis is not reachable: redis://127.0.0.1:1"),
    );
    node.publish(Tick, { symbol: "A", price: 1 });
    node.publish(Signal, { symbol: "A", strength: 1 });
    expect(node.heard[Tick.key]).toHaveLength(1);
    expect(node.route(Tick)).toMatchObject({ connected: false, passed: 0, dropped: 1, waiting: 0 });
    expect(node.route(Signal)).toMatchObject({ connected: false, passed: 0, dropped: 0, waiting: 1 });
    const beganMs = performance.now();
    await node.node.stop();
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(node.route(Signal)).toMatchObject({ dropped: 1, waiting: 0 });
  });

  it("ends a node that is to end without", async () => {
    const node = create(at(NOBODY, { bridge: ["test.tick:out"], redisAtStart: "fail" }));
    await expect(node.node.start()).rejects.toMatchObject({ code: "NOT_SERVING" });
  });

  it("can be stopped before it began", async () => {
    await create(at(NOBODY, { bridge: ["test.*:out"] })).node.stop();
  });
});

describeWith(REDIS, "a bridge", () => {
  let server: RedisServer;
  let other: Redis;
  let listener: Redis;
  let heard: { key: string; event: Record<string, unknown> }[];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    heard = [];
    other = new Redis(server.url);
    listener = new Redis(server.url);
    listener.on("message", (key: string, text: string) => {
      heard.push({ key, event: JSON.parse(text) as Record<string, unknown> });
    });
  });
  afterEach(async () => {
    await other.flushall();
    other.disconnect();
    listener.disconnect();
  });

  const entries = async (key: string): Promise<Record<string, unknown>[]> =>
    (await other.xrange(key, "-", "+")).map(([, [, text]]) => JSON.parse(text!) as Record<string, unknown>);

  /** What any program would send. */
  const event = (type: string, data: unknown, id = "1"): string =>
    JSON.stringify({ specversion: "1.0", id, source: "tea-machine", type, data });

  it("publishes market data, each message a CloudEvent as JSON", async () => {
    await listener.subscribe("tea:bridge:test.tick@1");
    const node = await started(at(server.url, { nodeId: "n", namespace: "tea", bridge: ["test.tick:out"] }));
    for (let price = 0; price < 3_000; price += 1) node.publish(Tick, { symbol: "A", price }, "A");
    await vi.waitFor(() => expect(heard).toHaveLength(3_000), PATIENCE);
    expect(heard.map(({ event: { data } }) => (data as { price: number }).price)).toEqual([...Array(3_000).keys()]);
    expect(heard[7]).toMatchObject({
      key: "tea:bridge:test.tick@1",
      event: { specversion: "1.0", source: "WRITER.1@n", type: "test.tick@1", subject: "A", sequence: 7 },
    });
    await vi.waitFor(() => expect(node.route(Tick)).toMatchObject({ passed: 3_000, waiting: 0 }), PATIENCE);
    expect(node.node.port.metrics()).toContain(
      'nautilus_bridge_out_total{product="test.tick@1",direction="out"} 3000\n',
    );
  });

  it("appends everything else to streams, typed arrays as bytes beside the event", async () => {
    const node = await started(at(server.url, { bridge: ["test.signal:out", "test.tensor:out"] }));
    node.publish(Signal, { symbol: "A", strength: 0.5 });
    node.publish(Tensor, { shape: [2], values: Float64Array.of(NaN, -0) });
    await vi.waitFor(async () => expect(await other.xlen("nautilus:bridge:test.tensor@1")).toBe(1), PATIENCE);
    await vi.waitFor(async () => expect(await other.xlen("nautilus:bridge:test.signal@1")).toBe(1), PATIENCE);
    expect(await entries("nautilus:bridge:test.signal@1")).toMatchObject([{ data: { symbol: "A", strength: 0.5 } }]);
    const [[, fields]] = (await other.xrangeBuffer("nautilus:bridge:test.tensor@1", "-", "+")) as [[Buffer, Buffer[]]];
    const [, text, name, bytes] = fields;
    expect(JSON.parse(text!.toString())).toMatchObject({ data: { shape: [2], values: null } });
    expect(name!.toString()).toBe("float64:/data/values");
    expect([bytes!.readDoubleLE(0), bytes!.readDoubleLE(8)]).toEqual([NaN, -0]);
  });

  it("refuses what it cannot carry, and says so", async () => {
    const node = await started(at(server.url, { bridge: ["test.*:out"] }));
    node.publish(Curve, { values: Float64Array.of(1) });
    expect(node.route(Curve)).toMatchObject({ refused: 1, passed: 0 });
    expect(node.warnings).toEqual([
      "bridge: a message of test.curve@1 was refused on its way out: float64:/data/values: marketData has no room for typed arrays",
    ]);
  });

  it("takes in what other programs write, and sends none of it back", async () => {
    await listener.subscribe("nautilus:bridge:test.tick@1");
    const node = await started(at(server.url, { bridge: ["test.*:in"] }));
    await other.publish("nautilus:bridge:test.tick@1", event("test.tick@1", { symbol: "A", price: 2 }));
    await other.xadd(
      "nautilus:bridge:test.signal@1",
      "*",
      "event",
      event("test.signal@1", { symbol: "B", strength: 1 }),
    );
    const tensor = event("test.tensor@1", { shape: [1], values: null });
    const bytes = Buffer.from(Float64Array.of(1 / 3).buffer);
    await other.xadd("nautilus:bridge:test.tensor@1", "*", "event", tensor, "float64:/data/values", bytes);
    await vi.waitFor(() => {
      expect(node.heard).toEqual({
        "test.tick@1": [{ symbol: "A", price: 2 }],
        "test.signal@1": [{ symbol: "B", strength: 1 }],
        "test.tensor@1": [{ shape: [1], values: Float64Array.of(1 / 3) }],
        "test.curve@1": [],
      });
    }, PATIENCE);
    expect(node.route(Signal)).toMatchObject({ direction: "in", passed: 1, refused: 0, connected: true });
    expect(heard).toHaveLength(1);
    expect(await other.xlen("nautilus:bridge:test.signal@1")).toBe(1);
  });

  it("refuses what does not fit, counts it, and goes on", async () => {
    const node = await started(at(server.url, { bridge: ["test.tick:in", "test.signal:in"] }));
    const key = "nautilus:bridge:test.signal@1";
    await other.xadd(key, "*", "event", event("test.signal@1", { symbol: "B", strength: "strong" }));
    await other.xadd(key, "*", "event", "{");
    await other.xadd(key, "*", "other", "field");
    await other.publish("nautilus:bridge:test.tick@1", Buffer.from([0, 255]));
    await other.xadd(key, "*", "event", event("test.signal@1", { symbol: "B", strength: 1 }));
    await vi.waitFor(() => expect(node.heard[Signal.key]).toEqual([{ symbol: "B", strength: 1 }]), PATIENCE);
    expect(node.route(Signal)).toMatchObject({ passed: 1, refused: 3 });
    await vi.waitFor(() => expect(node.route(Tick)).toMatchObject({ refused: 1 }), PATIENCE);
    expect(node.warnings[0]).toMatch(
      /^bridge: a message of test\.signal@1 was refused on its way in: data\.strength: /,
    );
    expect(node.node.port.metrics()).toContain(
      'nautilus_bridge_refused_total{product="test.signal@1",direction="in"} 3\n',
    );
  });

  it("carries messages from one node to another, once and no further", async () => {
    const [giver, taker] = [
      await started(at(server.url, { nodeId: "giver", bridge: ["test.*:out"] })),
      await started(at(server.url, { nodeId: "taker", bridge: ["test.tick:in", "test.tensor:in", "test.signal:in"] })),
    ];
    giver.publish(Tick, { symbol: "A", price: 1 });
    giver.publish(Signal, { symbol: "A", strength: 1 });
    giver.publish(Tensor, { shape: [0], values: new Float64Array(0) });
    await vi.waitFor(() => {
      for (const of of [Tick, Signal, Tensor]) expect(taker.route(of)).toMatchObject({ passed: 1, refused: 0 });
    }, PATIENCE);
    expect(taker.heard).toEqual({ ...giver.heard, [Curve.key]: [] });
    expect(await other.xlen("nautilus:bridge:test.signal@1")).toBe(1);
    expect(giver.route(Signal)).toMatchObject({ passed: 1 });
  });

  it("does not give a network over Redis what is its own", async () => {
    const network = at(server.url, { bus: "redis", namespace: "net", heartbeatIntervalMs: 100 });
    const giver = await started({ ...network, nodeId: "giver", bridge: ["test.signal:out"] });
    const taker = await started({ ...network, nodeId: "taker", bridge: ["test.signal:in"] });
    await vi.waitFor(() => {
      for (const { node } of [giver, taker])
        expect(node.port.status().nodes.map(({ status }) => status)).toEqual(["alive", "alive"]);
    }, PATIENCE);
    giver.publish(Signal, { symbol: "A", strength: 1 });
    await vi.waitFor(() => expect(taker.route(Signal)).toMatchObject({ passed: 0, refused: 1 }), PATIENCE);
    await vi.waitFor(() => expect(taker.heard[Signal.key]).toHaveLength(1), PATIENCE);
    await other.xadd("net:bridge:test.signal@1", "*", "event", event("test.signal@1", { symbol: "B", strength: 2 }));
    await vi.waitFor(() => {
      for (const { heard: each } of [giver, taker]) expect(each[Signal.key]).toHaveLength(2);
    }, PATIENCE);
  });
});

describeWith(REDIS, "a bridge whose server fails", () => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => server.stop());

  it("keeps what must not be lost, drops what is stale, and comes back by itself", async () => {
    const node = await started(at(server.url, { bridge: ["test.tick:out", "test.signal:out", "test.tensor:in"] }));
    await server.kill();
    await vi.waitFor(() => {
      for (const of of [Tick, Signal, Tensor]) expect(node.route(of).connected).toBe(false);
    }, PATIENCE);
    for (let n = 0; n < 100; n += 1) {
      node.publish(Tick, { symbol: "A", price: n });
      node.publish(Signal, { symbol: "A", strength: n });
    }
    await vi.waitFor(() => expect(node.heard[Signal.key]).toHaveLength(100), PATIENCE);
    expect(node.route(Tick)).toMatchObject({ dropped: 100, waiting: 0 });
    expect(node.route(Signal)).toMatchObject({ dropped: 0, waiting: 100 });
    await server.start();
    await vi.waitFor(() => expect(node.route(Signal)).toMatchObject({ passed: 100, waiting: 0, dropped: 0 }), PATIENCE);
    const other = new Redis(server.url);
    const strengths = (await other.xrange("nautilus:bridge:test.signal@1", "-", "+")).map(
      ([, [, text]]) => (JSON.parse(text!) as { data: { strength: number } }).data.strength,
    );
    expect(strengths).toEqual([...Array(100).keys()]);
    await vi.waitFor(() => expect(node.route(Tensor).connected).toBe(true), PATIENCE);
    const tensor = {
      specversion: "1.0",
      id: "1",
      source: "x",
      type: "test.tensor@1",
      data: { shape: [], values: null },
    };
    const fields = ["event", JSON.stringify(tensor), "float64:/data/values", Buffer.alloc(8)];
    await other.xadd("nautilus:bridge:test.tensor@1", "*", ...fields);
    await vi.waitFor(() => expect(node.heard[Tensor.key]).toHaveLength(1), PATIENCE);
    other.disconnect();
  });

  it("says what a server without memory refuses", async () => {
    const node = await started(at(server.url, { bridge: ["test.signal:out"] }));
    const other = new Redis(server.url);
    await other.config("SET", "maxmemory", "1");
    node.publish(Signal, { symbol: "A", strength: 1 });
    await vi.waitFor(() => expect(node.route(Signal)).toMatchObject({ dropped: 1, passed: 0, waiting: 0 }), PATIENCE);
    expect(node.warnings).toEqual([
      expect.stringMatching(/^bridge: a message of test\.signal@1 was lost on its way out: OOM/),
    ]);
    await other.config("SET", "maxmemory", "0");
    node.publish(Signal, { symbol: "A", strength: 2 });
    await vi.waitFor(() => expect(node.route(Signal)).toMatchObject({ passed: 1 }), PATIENCE);
    other.disconnect();
  });

  it("says once that a stream is none, and reads it once it is one", async () => {
    const other = new Redis(server.url);
    await other.set("nautilus:bridge:test.signal@1", "tea");
    const node = await started(at(server.url, { bridge: ["test.signal:in"] }));
    await vi.waitFor(() => expect(node.warnings).toEqual([expect.stringContaining("WRONGTYPE")]), PATIENCE);
    await other.del("nautilus:bridge:test.signal@1");
    const signal = { specversion: "1.0", id: "1", source: "x", type: Signal.key, data: { symbol: "A", strength: 1 } };
    await vi.waitFor(async () => {
      await other.xadd("nautilus:bridge:test.signal@1", "*", "event", JSON.stringify(signal));
      expect(node.heard[Signal.key]?.length).toBeGreaterThan(0);
    }, PATIENCE);
    expect(node.warnings).toHaveLength(1);
    other.disconnect();
  });

  it("is not waited for when it hangs", async () => {
    const node = await started(at(server.url, { bridge: ["test.tick:out", "test.signal:out", "test.tensor:in"] }));
    process.kill(server.pid, "SIGSTOP");
    node.publish(Tick, { symbol: "A", price: 1 });
    node.publish(Signal, { symbol: "A", strength: 1 });
    expect(node.route(Signal)).toMatchObject({ waiting: 1 });
    const beganMs = performance.now();
    await node.node.stop();
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(node.route(Signal)).toMatchObject({ waiting: 0, dropped: 1 });
  });

  it("gives up the oldest where there is no more room", async () => {
    const node = await started(at(server.url, { bridge: ["test.signal:out"] }));
    await server.kill();
    await vi.waitFor(() => expect(node.route(Signal).connected).toBe(false), PATIENCE);
    for (let n = 0; n < 70_000; n += 1) node.publish(Signal, { symbol: "A", strength: n });
    expect(node.route(Signal)).toMatchObject({ waiting: 65_536, dropped: 70_000 - 65_536 });
    const beganMs = performance.now();
    await node.node.stop();
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    expect(node.route(Signal)).toMatchObject({ waiting: 0, dropped: 70_000 });
  });
});
