import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import { AlertListSchema, type Alert } from "../../../src/contracts/views/alerts.js";
import type { Bus } from "../../../src/contracts/bus.js";
import { defineEngine, operation, type EngineBehaviour, type EngineDefinition } from "../../../src/contracts/engine.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { product } from "../../../src/contracts/product.js";
import { createEnvelopeFactory } from "../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../src/kernel/ids.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import type { ProcessStats } from "../../../src/kernel/process-stats.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";
import type { NodeOptions } from "../../../src/contracts/options.js";

const Value = product("test.value", {
  version: 1,
  channel: "engineLogic",
  description: "A value.",
  schema: z.object({ n: z.number() }),
});
const GOAL = { products: ["test.value"], fresh: true, deadlineMs: 1000 };

interface EngineParts {
  readonly run?: (instanceId: string) => { n: number } | Promise<{ n: number }>;
  readonly start?: EngineBehaviour["start"];
  readonly limits?: { readonly concurrency: number; readonly queue: number };
}

function giver({ run = () => ({ n: 1 }), start, limits }: EngineParts = {}): EngineDefinition {
  const give = operation({
    name: "give",
    version: 1,
    needs: {},
    gives: Value,
    run: (_, { instanceId }) => run(instanceId),
  });
  return defineEngine({
    id: "GIVER",
    name: "Giver",
    version: "1.0.0",
    ...(limits && { limits }),
    create: () => ({ operations: [give], ...(start && { start }) }),
  });
}

/** How late the real event loop is has nothing to do with what is tested. */
const QUIET: ProcessStats = {
  residentBytes: () => 0,
  eventLoopDelayMs: () => ({ p50: 0, p99: 0, max: 0 }),
  forget: () => undefined,
  close: () => undefined,
};

const clock = new VirtualClock();
const nodes: Node[] = [];
afterEach(async () => {
  const stopping = Promise.all(nodes.splice(0).map((node) => node.stop()));
  await clock.advance(10_000);
  await stopping;
});

interface Setting extends EngineParts {
  readonly options?: NodeOptions;
  readonly bus?: Bus;
  readonly process?: ProcessStats;
}

function nodeOf({ options, bus, process, ...parts }: Setting = {}): Node {
  const runtime = {
    clock,
    pool: createInlinePool(),
    definitions: [giver(parts)],
    ...(bus && { bus }),
    ...(process && { process }),
  };
  const node = createNode({ feed: false, engines: [], logLevel: "silent", chaos: true, ...options }, runtime);
  nodes.push(node);
  return node;
}

async function started(setting?: Setting): Promise<Node> {
  const node = nodeOf(setting);
  await node.start();
  return node;
}

/** The alerts of one rule, as the API gives them. */
async function alertsOf(node: Node, rule: string, state = "active"): Promise<readonly Alert[]> {
  const response = await node.fetch(new Request(`http://node/api/v1/alerts?state=${state}&limit=512`));
  expect(response.status).toBe(200);
  return AlertListSchema.parse(await response.json()).alerts.filter((alert) => alert.rule === rule);
}

function eventsOf(node: Node, rule: string): string[] {
  return node.port
    .eventsAfter(0)
    .filter(({ type, data }) => type.startsWith("alert.") && data["rule"] === rule)
    .map(({ type, data }) => `${type} ${String(data["severity"])}`);
}

async function ask(node: Node, times: number): Promise<void> {
  const asked = Array.from({ length: times }, () => node.request(GOAL));
  for (const each of asked) each.catch(() => undefined);
  await clock.advance(10);
}

describe("GET /api/v1/alerts of a node", () => {
  it("reports an instance that is down with its reasons, for as long as it is", async () => {
    let broken = false;
    const start = (): void => {
      if (broken) throw new Error("no licence");
    };
    const node = await started({ start });
    expect(await alertsOf(node, "engine.down", "all")).toEqual([]);
    broken = true;
    await node.port.operate("crash", "GIVER", false);
    await clock.advance(10_000);
    const [down] = await alertsOf(node, "engine.down");
    const subject = node.port.engines()[0]?.instanceId;
    expect(down).toMatchObject({ severity: "critical", subject, state: "active", clearedAt: null });
    expect(down?.evidence.measured).toMatchObject({ reasons: ["could not start: no licence"] });
    const { health } = node.port.engines()[0] ?? {};
    expect(down?.evidence.measured["failedStarts"]).toBe(health?.failedStarts);
    broken = false;
    await clock.advance(60_000);
    expect(await alertsOf(node, "engine.down")).toEqual([]);
    const [cleared] = await alertsOf(node, "engine.down", "cleared");
    expect(cleared).toMatchObject({ id: down?.id, since: down?.since, state: "cleared" });
    expect(Date.parse(cleared?.clearedAt ?? "")).toBeGreaterThan(Date.parse(cleared?.lastSeen ?? ""));
    expect(eventsOf(node, "engine.down")).toEqual(["alert.raised critical", "alert.cleared critical"]);
  });

  it("only mentions an instance that an operator stopped", async () => {
    const node = await started();
    await node.port.operate("stop", "GIVER", false);
    await clock.advance(2_000);
    expect(await alertsOf(node, "engine.down")).toMatchObject([{ severity: "info" }]);
  });

  it("reports an instance whose operations fail, and does not clear it while that comes and goes", async () => {
    let calls = 0;
    let broken = true;
    const run = (): { n: number } => {
      calls += 1;
      if (broken && calls % 3 === 0) throw new Error("no");
      return { n: calls };
    };
    const node = await started({ run });
    await ask(node, 9);
    await clock.advance(2_000);
    const [unhealthy] = await alertsOf(node, "engine.unhealthy");
    expect(unhealthy).toMatchObject({
      severity: "warning",
      evidence: { measured: { level: "degraded", reasons: ["3 of 9 operations failed in the last 10 s"] } },
    });
    // Healthy for three seconds of its window, then not: one and the same alert.
    broken = false;
    await clock.advance(11_000);
    expect(node.port.engines()[0]?.health.level).toBe("healthy");
    broken = true;
    await ask(node, 9);
    await clock.advance(2_000);
    expect((await alertsOf(node, "engine.unhealthy")).map(({ id }) => id)).toEqual([unhealthy?.id]);
    await clock.advance(30_000);
    expect(await alertsOf(node, "engine.unhealthy")).toEqual([]);
    expect(eventsOf(node, "engine.unhealthy")).toEqual(["alert.raised warning", "alert.cleared warning"]);
  });

  it("reports restarts, and the more urgently the more there are", async () => {
    const node = await started();
    const severities: (string | undefined)[] = [];
    for (let crash = 1; crash <= 5; crash += 1) {
      await node.port.operate("crash", "GIVER", false);
      await clock.advance(3_000);
      const [alert] = await alertsOf(node, "engine.restarts");
      severities.push(alert?.severity);
      expect(alert?.evidence.measured).toMatchObject({ restartsInWindow: crash, restarts: crash });
    }
    expect(severities).toEqual(["info", "info", "warning", "warning", "critical"]);
    expect(eventsOf(node, "engine.restarts")).toEqual([
      "alert.raised info",
      "alert.raised warning",
      "alert.raised critical",
    ]);
    await clock.advance(60_000);
    expect(await alertsOf(node, "engine.restarts")).toEqual([]);
  });

  it("reports an open breaker until it closes", async () => {
    let broken = true;
    const run = (instanceId: string): { n: number } => {
      if (broken && instanceId.startsWith("GIVER.1")) throw new NautilusError("GIVER_DOWN", "not today");
      return { n: 1 };
    };
    const node = await started({ run, options: { replicas: { GIVER: 2 } } });
    await ask(node, 100);
    await clock.advance(1_000);
    const [open, ...others] = await alertsOf(node, "router.breaker_open");
    expect(others).toEqual([]);
    expect(open?.subject).toMatch(/^GIVER\.give@1 \(make\) at GIVER\.1@/);
    expect(open?.evidence.crossed).toEqual({ measure: "failuresInARow", comparison: "≥", threshold: 5 });
    expect(open?.evidence.measured["failuresInARow"]).toBeGreaterThanOrEqual(5);
    broken = false;
    for (let second = 0; second < 20; second += 1) {
      await ask(node, 20);
      await clock.advance(1_000);
    }
    expect(await alertsOf(node, "router.breaker_open")).toEqual([]);
  });

  it("reports further attempts that the retry budget did not allow", async () => {
    const run = (): never => {
      throw new NautilusError("GIVER_DOWN", "not today");
    };
    const node = await started({ run, options: { replicas: { GIVER: 2 } } });
    await ask(node, 60);
    await clock.advance(1_000);
    const [alert] = await alertsOf(node, "router.retry_budget");
    const { retries, unaffordable, calls } = node.port.performance().router;
    expect(unaffordable).toBeGreaterThan(0);
    expect(alert?.evidence.measured).toMatchObject({
      refusedInWindow: unaffordable,
      retriesInWindow: retries,
      callsInWindow: calls,
    });
  });

  it("reports calls and runs for which there was no room", async () => {
    const run = (): Promise<never> => new Promise(() => undefined);
    const node = await started({ run, limits: { concurrency: 1, queue: 4 } });
    await ask(node, 400);
    await clock.advance(1_000);
    const { router, runs } = node.port.performance();
    expect(router.shed).toBeGreaterThan(0);
    expect(runs.refused).toBeGreaterThan(0);
    const [calls] = await alertsOf(node, "router.shed_calls");
    expect(calls).toMatchObject({ severity: "critical", evidence: { measured: { shedInWindow: router.shed } } });
    const [refused] = await alertsOf(node, "node.refused_runs");
    expect(refused).toMatchObject({ severity: "critical", evidence: { measured: { refusedInWindow: runs.refused } } });
    await clock.advance(60_000);
    expect(await alertsOf(node, "router.shed_calls")).toEqual([]);
    expect(await alertsOf(node, "node.refused_runs")).toEqual([]);
  });

  it("reports another node that falls silent, and takes that back when it is heard", async () => {
    const bus = createMemoryBus();
    let silent = false;
    const wire: Bus = {
      ...bus,
      channel: (name) => ({
        name,
        publish: (topic, message) => (silent ? undefined : bus.channel(name).publish(topic, message)),
        subscribe: (topic, handler, options) => bus.channel(name).subscribe(topic, handler, options),
      }),
    };
    const quick = { heartbeatIntervalMs: 1_000 };
    const first = await started({ bus, options: { ...quick, nodeId: "first" } });
    await started({ bus: wire, options: { ...quick, nodeId: "second" } });
    await clock.advance(10_000);
    expect(await alertsOf(first, "node.lost")).toEqual([]);
    silent = true;
    await clock.advance(5_000);
    expect(await alertsOf(first, "node.lost")).toMatchObject([
      { severity: "critical", subject: "second", evidence: { measured: { status: "dead" } } },
    ]);
    silent = false;
    await clock.advance(20_000);
    expect(await alertsOf(first, "node.lost")).toEqual([]);
  });

  it("names the product that makes a workflow unreachable, and who could give it", async () => {
    const node = await started();
    await clock.advance(1_000);
    const [alert] = await alertsOf(node, "workflow.unreachable");
    expect(alert).toMatchObject({ severity: "critical", subject: "portfolio_optimization" });
    const { missing } = node.port.workflows().find(({ name }) => name === "portfolio_optimization") ?? {};
    expect(alert?.evidence.measured["missing"]).toEqual(missing?.map(({ product: key }) => key));
    expect(alert?.evidence.measured["couldGive"]).toContain("QUANTUM_PORTFOLIO_ENGINE");
  });

  it("reports new dead letters, and a subscription that pushes back, refuses and drops", async () => {
    const bus = createMemoryBus();
    const node = await started({ bus });
    const ids = createIds(createRandom("alerts"), "test");
    const envelopes = createEnvelopeFactory({ nodeId: "sender", incarnation: 1, clock, ids });
    const send = (channel: "engineLogic" | "marketData", topic: string, times: number): void => {
      for (let sent = 0; sent < times; sent += 1) {
        void bus.channel(channel).publish(topic, envelopes.create("test", sent, { topic }));
      }
    };
    const fail = (): never => {
      throw new Error("no");
    };
    const never = (): Promise<void> => new Promise(() => undefined);
    bus.channel("engineLogic").subscribe("picky", fail, { name: "picky" });
    bus.channel("engineLogic").subscribe("slow", never, { name: "slow", queue: 1 });
    bus.channel("marketData").subscribe("trades", never, { name: "late", queue: 2, whenSlow: "drop" });
    send("engineLogic", "picky", 3);
    send("engineLogic", "slow", 5);
    send("marketData", "trades", 10);
    await clock.advance(4_000);
    expect(await alertsOf(node, "bus.dead_letters")).toMatchObject([
      { evidence: { measured: { newInWindow: 3, total: 3 }, crossed: { measure: "newInWindow" } } },
    ]);
    expect(await alertsOf(node, "bus.slow_subscription")).toMatchObject([
      { severity: "warning", evidence: { measured: { waiting: 3 }, crossed: { measure: "waiting" } } },
      { severity: "warning", evidence: { measured: { droppedInWindow: 7 }, crossed: { measure: "droppedInWindow" } } },
    ]);
    send("engineLogic", "slow", 2000);
    await clock.advance(4_000);
    expect(await alertsOf(node, "bus.slow_subscription")).toMatchObject([
      { severity: "critical", evidence: { measured: { waiting: 1024, refusedInWindow: 979 } } },
      { severity: "warning" },
    ]);
    await clock.advance(70_000);
    expect(await alertsOf(node, "bus.dead_letters")).toEqual([]);
    // Nothing was dropped or refused of late; its publishers wait all the same.
    expect(await alertsOf(node, "bus.slow_subscription")).toMatchObject([
      { evidence: { measured: { waiting: 1024 } } },
    ]);
  });

  it("reports an event loop that runs late", async () => {
    const node = await started();
    for (let turn = 0; turn < 6; turn += 1) {
      const until = performance.now() + 60;
      while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await clock.advance(5_000);
    const [late] = await alertsOf(node, "process.event_loop_delay");
    expect(late?.evidence.crossed).toEqual({ measure: "p99Ms", comparison: ">", threshold: 20 });
    expect(late?.evidence.measured["p99Ms"]).toBeGreaterThan(20);
  });

  it("reports a feed that cannot be read, of a node that hence never served", async () => {
    const node = nodeOf({ options: { feed: "csv", data: ["/nowhere/bars.csv"], engines: ["IBKR_KEEPALIVE_ENGINE"] } });
    await expect(node.start()).rejects.toThrow();
    expect(await alertsOf(node, "feed.failed")).toMatchObject([
      { severity: "critical", subject: "csv", evidence: { measured: { state: "failed" } } },
    ]);
  });

  it("counts active alerts by severity in the metrics", async () => {
    const node = await started();
    await node.port.operate("stop", "GIVER", false);
    await clock.advance(2_000);
    const lines = node.port.metrics().split("\n");
    expect(lines).toContain('nautilus_alerts_active{severity="info"} 1');
    expect(lines).toContain('nautilus_alerts_active{severity="warning"} 0');
    expect(lines).toContain('nautilus_alerts_active{severity="critical"} 1'); // no workflow can be reached
    expect(lines).toContain("nautilus_alerts_raised_total 2");
  });

  it("keeps the most severe of very many, and counts the rest", async () => {
    let broken = false;
    const start = (): void => {
      if (broken) throw new Error("no licence");
    };
    const bus = createMemoryBus();
    const node = await started({ bus, start, process: QUIET });
    const ids = createIds(createRandom("many"), "test");
    const envelopes = createEnvelopeFactory({ nodeId: "sender", incarnation: 1, clock, ids });
    for (let reader = 0; reader < 300; reader += 1) {
      const topic = `topic-${reader}`;
      const options = { name: "late", queue: 1, whenSlow: "drop" } as const;
      bus.channel("marketData").subscribe(topic, () => new Promise<void>(() => undefined), options);
      for (let sent = 0; sent < 4; sent += 1) {
        void bus.channel("marketData").publish(topic, envelopes.create("test", sent, { topic }));
      }
    }
    await clock.advance(5_000);
    const list = node.port.alerts({ limit: 512 });
    expect(list.alerts).toHaveLength(256);
    expect(list.unlisted).toBe(45); // beside the workflow that cannot be reached
    broken = true;
    await node.port.operate("crash", "GIVER", false);
    await clock.advance(3_000);
    const urgent = node.port.alerts({ limit: 512, severity: "critical" });
    expect(urgent.alerts.map(({ rule }) => rule).sort()).toEqual(["engine.down", "workflow.unreachable"]);
    const lost = node.port.eventsAfter(0).filter(({ type, data }) => type === "alert.cleared" && data["displaced"]);
    expect(lost).toHaveLength(1);
    broken = false;
    await clock.advance(60_000);
    expect(node.port.alerts({ limit: 512 }).unlisted).toBe(0);
    expect(node.port.alerts({ limit: 512, state: "cleared" }).alerts).toHaveLength(256);
  });
});
