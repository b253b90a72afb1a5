import { createTestTree } from "../../../support/actor-tree.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Membership } from "../../../../src/actors/membership/membership.js";
import { createMemoryBus } from "../../../../src/buses/memory-bus.js";
import type { Bus } from "../../../../src/contracts/bus.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { createEnvelopeFactory } from "../../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../../src/kernel/ids.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { identityOf } from "../../discovery/identities.js";
import { createRecordingLogger } from "../support/recording-logger.js";

const CHANNEL = "nautilus:engine_discovery";

interface NodeOptions {
  readonly clock: VirtualClock;
  readonly bus: Bus;
  readonly incarnation?: number;
  readonly channel?: string;
  readonly heartbeatIntervalMs?: number;
}

class TestNode {
  readonly log = createRecordingLogger();
  readonly seen: string[] = [];
  readonly membership: Membership;
  engines = ["E"];
  /** A silent node sends nothing: its wire is cut. */
  silent = false;

  constructor(
    nodeId: string,
    { clock, bus, incarnation = 1, channel = CHANNEL, heartbeatIntervalMs = 30_000 }: NodeOptions,
  ) {
    const ids = createIds(createRandom(`${nodeId}${incarnation}`), nodeId);
    const envelopes = createEnvelopeFactory({ nodeId, incarnation, clock, ids });
    const engineLogic = bus.channel("engineLogic");
    const wire: Bus = {
      ...bus,
      channel: () => ({
        ...engineLogic,
        publish: (topic, message) => (this.silent ? undefined : engineLogic.publish(topic, message)),
        subscribe: (topic, handler, options) => engineLogic.subscribe(topic, handler, options),
      }),
    };
    this.membership = new Membership({
      nodeId,
      incarnation,
      bus: wire,
      clock,
      tree: createTestTree(clock),
      log: this.log,
      channel,
      heartbeatIntervalMs,
      createEnvelope: (topic, type, data): Envelope => envelopes.create(type, data, { topic }),
      localEngines: () => this.engines.map((engine) => identityOf(engine, nodeId)),
      onChanged: () => undefined,
      onPeer: (peer, status) => this.seen.push(`${peer} ${status}`),
    });
  }

  get known(): readonly string[] {
    return this.membership.registry.identities().map(({ instanceId }) => instanceId);
  }

  status(nodeId: string): string | undefined {
    return this.membership.peers().find((peer) => peer.nodeId === nodeId)?.status;
  }
}

function network(count: number, rest: Partial<NodeOptions> = {}): { clock: VirtualClock; bus: Bus; nodes: TestNode[] } {
  const [clock, bus] = [new VirtualClock(), createMemoryBus()];
  const nodes = Array.from({ length: count }, (_, index) => new TestNode(`n${index}`, { clock, bus, ...rest }));
  return { clock, bus, nodes };
}

async function together(count: number, rest?: Partial<NodeOptions>): Promise<ReturnType<typeof network>> {
  const given = network(count, rest);
  for (const { membership } of given.nodes) membership.join();
  await given.clock.advance(0);
  return given;
}

describe("Membership", () => {
  it("comes to one view, whatever the order and the times of the starts", async () => {
    const starts = fc
      .integer({ min: 2, max: 5 })
      .chain((count) =>
        fc.tuple(
          fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
          fc.array(fc.nat(100_000), { minLength: count, maxLength: count }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(starts, async ([order, pausesMs]) => {
        const { clock, nodes } = network(order.length);
        for (const [index, node] of order.entries()) {
          nodes[node]?.membership.join();
          await clock.advance(pausesMs[index] as number);
        }
        const all = nodes.map((_, index) => `E.1@n${index}`);
        for (const [index, node] of nodes.entries()) {
          expect(node.known).toEqual(all);
          expect(node.membership.peers().map(({ nodeId, status }) => ({ nodeId, status }))).toEqual(
            nodes.flatMap((_, other) => (other === index ? [] : [{ nodeId: `n${other}`, status: "alive" }])),
          );
          expect(node.seen.some((seen) => seen.endsWith("dead"))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("tells everything to a late joiner at once, and changes to all", async () => {
    const { clock, bus, nodes } = await together(3);
    await clock.advance(200_000);
    const late = new TestNode("late", { clock, bus });
    late.membership.join();
    await clock.advance(0);
    expect(late.known).toEqual(["E.1@late", "E.1@n0", "E.1@n1", "E.1@n2"]);
    const [first] = nodes as [TestNode];
    first.engines = ["E", "F"];
    first.membership.touch();
    first.membership.touch();
    await clock.advance(0);
    for (const node of [...nodes, late]) expect(node.known).toContain("F.1@n0");
  });

  it("sees a leave at once, and only a new incarnation comes back", async () => {
    const { clock, bus, nodes } = await together(2);
    const [first, second] = nodes as [TestNode, TestNode];
    const state = first.membership.registry.state("n1");
    second.membership.leave();
    expect([first.status("n1"), first.known]).toEqual(["left", ["E.1@n0"]]);
    await clock.advance(300_000);
    const stale = createEnvelopeFactory({ nodeId: "n1", incarnation: 1, clock, ids: createIds(createRandom(9), "x") });
    const message = { type: "discovery.announced", state, intervalMs: 30_000 };
    void bus.channel("engineLogic").publish(CHANNEL, stale.create("discovery.announced", message, { topic: CHANNEL }));
    expect(first.status("n1")).toBe("left");
    new TestNode("n1", { clock, bus, incarnation: 2 }).membership.join();
    expect([first.status("n1"), first.known]).toEqual(["alive", ["E.1@n0", "E.1@n1"]]);
  });

  for (const heartbeatIntervalMs of [30_000, 45_000]) {
    it(`with heartbeats of ${heartbeatIntervalMs} ms, a silent node is dead within three, and back when it is heard`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(heartbeatIntervalMs), fc.nat(5), async (phaseMs, beats) => {
          const { clock, nodes } = network(3, { heartbeatIntervalMs, channel: "own:discovery" });
          for (const { membership } of nodes) {
            membership.join();
            await clock.advance(phaseMs / 3);
          }
          await clock.advance(beats * heartbeatIntervalMs);
          const [first, second, third] = nodes as [TestNode, TestNode, TestNode];
          third.silent = true;
          // It may just have spoken: two and a half intervals later it is not dead for sure unless it had been quiet before.
          await clock.advance(1.4 * heartbeatIntervalMs);
          expect(first.status("n2")).not.toBe("dead");
          await clock.advance(1.6 * heartbeatIntervalMs);
          expect([first, second].map((node) => node.status("n2"))).toEqual(["dead", "dead"]);
          expect([first.known, first.status("n1")]).toEqual([["E.1@n0", "E.1@n1"], "alive"]);
          third.silent = false;
          await clock.advance(heartbeatIntervalMs);
          expect([first.status("n2"), first.known.length]).toEqual(["alive", 3]);
        }),
        { numRuns: 15 },
      );
    });
  }

  it("does not take a node of slower pace for dead", async () => {
    const [clock, bus] = [new VirtualClock(), createMemoryBus()];
    const fast = new TestNode("fast", { clock, bus, heartbeatIntervalMs: 1_000 });
    const slow = new TestNode("slow", { clock, bus, heartbeatIntervalMs: 45_000 });
    fast.membership.join();
    slow.membership.join();
    await clock.advance(200_000);
    expect([fast.seen, slow.seen]).toEqual([["slow alive"], ["fast alive"]]);
  });

  it("refutes a doubt at once", async () => {
    const { clock, nodes } = await together(2);
    const [first, second] = nodes as [TestNode, TestNode];
    second.silent = true;
    await clock.advance(45_000);
    second.silent = false;
    await clock.advance(40_000);
    expect(first.seen).toEqual(["n1 alive", "n1 suspect", "n1 alive"]);
  });

  it("refuses a bad message with a warning, and goes on", async () => {
    const { clock, bus, nodes } = await together(1);
    const [first] = nodes as [TestNode];
    const envelopes = createEnvelopeFactory({
      nodeId: "x",
      incarnation: 1,
      clock,
      ids: createIds(createRandom(2), "x"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.anything(), fc.record({ type: fc.constant("discovery.announced") })),
        async (data) => {
          const before = first.log.lines.length;
          void bus.channel("engineLogic").publish(CHANNEL, envelopes.create("t", data, { topic: CHANNEL }));
          expect(first.log.lines.slice(before)).toMatchObject([{ level: "warn", fields: { source: "x" } }]);
        },
      ),
    );
    new TestNode("n1", { clock, bus }).membership.join();
    expect(first.known).toEqual(["E.1@n0", "E.1@n1"]);
    expect(bus.deadLetters()).toEqual([]);
  });

  it("lets a higher incarnation replace, telling that the earlier one is gone, and fences a lower one", async () => {
    const { clock, bus, nodes } = await together(2);
    const [first] = nodes as [TestNode];
    const restarted = new TestNode("n1", { clock, bus, incarnation: 5 });
    restarted.engines = ["NEW"];
    nodes[1]!.silent = true;
    restarted.membership.join();
    await clock.advance(0);
    expect(first.seen).toEqual(["n1 alive", "n1 dead", "n1 alive"]);
    expect(first.known).toEqual(["E.1@n0", "NEW.1@n1"]);
    const past = new TestNode("n1", { clock, bus, incarnation: 3 });
    past.engines = ["PAST"];
    past.membership.join();
    await clock.advance(0);
    past.membership.leave();
    await clock.advance(0);
    expect(first.known).toEqual(["E.1@n0", "NEW.1@n1"]);
    expect(first.status("n1")).toBe("alive");
  });

  it("takes back a node that was started anew with its clock set back", async () => {
    for (const goodbye of [true, false]) {
      const { clock, bus, nodes } = await together(2, { incarnation: 1_000 });
      const [first, second] = nodes as [TestNode, TestNode];
      if (goodbye) second.membership.leave();
      else second.silent = true;
      await clock.advance(10_000);
      const restarted = new TestNode("n1", { clock, bus, incarnation: 7 });
      restarted.engines = ["NEW"];
      restarted.membership.join();
      expect(first.known).not.toContain("NEW.1@n1");
      // One that fell silent without a word has to be doubted first.
      await clock.advance((goodbye ? 2 : 4) * 30_000);
      expect(first.status("n1")).toBe("alive");
      expect(first.known).toEqual(["E.1@n0", "NEW.1@n1"]);
      expect(restarted.known).toEqual(first.known);
    }
  });

  it("does not outbid another node of the same name without end", async () => {
    const [clock, bus] = [new VirtualClock(), createMemoryBus()];
    const twins = [1, 2].map((incarnation) => new TestNode("twin", { clock, bus, incarnation }));
    for (const { membership } of twins) membership.join();
    await clock.advance(300_000);
    const claims = twins.map(({ log }) => log.lines.filter(({ message }) => message.includes("used twice")).length);
    expect(Math.max(...claims)).toBeGreaterThan(0);
    expect(Math.max(...claims)).toBeLessThan(15);
  });

  it("keeps networks on different channels of one bus apart", async () => {
    const [clock, bus] = [new VirtualClock(), createMemoryBus()];
    const nodes = ["one", "one", "two"].map((channel, index) => new TestNode(`n${index}`, { clock, bus, channel }));
    for (const { membership } of nodes) membership.join();
    await clock.advance(100_000);
    expect(nodes.map(({ known }) => known)).toEqual([["E.1@n0", "E.1@n1"], ["E.1@n0", "E.1@n1"], ["E.1@n2"]]);
  });

  it("leaves no timer behind", async () => {
    const { clock, nodes } = await together(3);
    for (const { membership } of nodes) membership.leave();
    expect(clock.pending).toBe(0);
  });
});
