import { describe, expect, it } from "vitest";
import type { Envelope } from "../../../src/contracts/envelope.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { SimulatedBus } from "../../../src/simulation/simulated-bus.js";
import { SimulatedClock } from "../../../src/simulation/simulated-clock.js";
import { SimulatedNetwork } from "../../../src/simulation/simulated-network.js";

const TOPIC = "news";
const MESSAGES = 200;

class Scene {
  readonly world = new VirtualClock();
  readonly network = new SimulatedNetwork({
    clock: this.world,
    random: createRandom(7),
    onSent: () => (this.sent += 1),
  });
  readonly buses = ["a", "b", "c"].map((nodeId) => {
    const clock = new SimulatedClock(this.world, 0, () => undefined);
    const bus = new SimulatedBus(nodeId, clock, { network: this.network, leases: undefined });
    this.network.join(bus);
    return bus;
  });
  sent = 0;

  read(index: number, channel: "engineLogic" | "marketData" = "engineLogic"): number[] {
    const got: number[] = [];
    this.bus(index)
      .channel(channel)
      .subscribe(TOPIC, ({ sequence }) => void got.push(sequence), { name: "test" });
    return got;
  }

  bus(index: number): SimulatedBus {
    return this.buses[index] as SimulatedBus;
  }

  async publish(channel: "engineLogic" | "marketData" = "engineLogic"): Promise<void> {
    for (let sequence = 0; sequence < MESSAGES; sequence += 1) {
      void this.bus(0).channel(channel).publish(TOPIC, messageOf(sequence));
      await this.world.advance(0.1);
    }
    await this.world.advance(10_000);
  }
}

function messageOf(sequence: number): Envelope {
  return {
    specversion: "1.0",
    id: `message-${sequence}`,
    source: "a",
    type: "test.said",
    time: "2020-01-01T00:00:00.000Z",
    priority: "normal",
    incarnation: 1,
    sequence,
    data: undefined,
  };
}

const ALL = Array.from({ length: MESSAGES }, (_, sequence) => sequence);

describe("SimulatedNetwork", () => {
  it("carries to every node that reads the topic, in order, after some time, and within a node at once", async () => {
    const scene = new Scene();
    const [own, other] = [scene.read(0), scene.read(1)];
    void scene.bus(0).channel("engineLogic").publish(TOPIC, messageOf(0));
    expect([own, other]).toEqual([[0], []]);
    await scene.publish();
    expect(own).toEqual(ALL); // the id of the first was known
    expect(other).toEqual(ALL);
    expect(scene.sent).toBe(MESSAGES + 1);
  });

  it("loses about the share that is dropped", async () => {
    const scene = new Scene();
    const got = scene.read(1);
    scene.network.conditions.dropped.add(0.3);
    await scene.publish();
    expect(got.length).toBeGreaterThan(0.6 * MESSAGES);
    expect(got.length).toBeLessThan(0.8 * MESSAGES);
    expect(got).toEqual([...got].sort((a, b) => a - b));
  });

  it("doubles messages, which a channel of effects once hears once", async () => {
    const scene = new Scene();
    const [once, twice] = [scene.read(1), scene.read(1, "marketData")];
    scene.network.conditions.duplicated.add(0.5);
    await scene.publish();
    await scene.publish("marketData");
    expect(once).toEqual(ALL);
    expect(new Set(twice).size).toBe(MESSAGES);
    expect(twice.length).toBeGreaterThan(1.3 * MESSAGES);
  });

  it("puts messages out of order and loses none", async () => {
    const scene = new Scene();
    const got = scene.read(1);
    scene.network.conditions.reordered.add(0.2);
    await scene.publish();
    expect(got).not.toEqual(ALL);
    expect(got.toSorted((a, b) => a - b)).toEqual(ALL);
  });

  it("cuts a node off in both directions until every cut is mended", async () => {
    const scene = new Scene();
    const [cut, other] = [scene.read(1), scene.read(2)];
    scene.network.cutOff("b");
    scene.network.cutOff("b");
    void scene.bus(0).channel("engineLogic").publish(TOPIC, messageOf(0));
    void scene.bus(1).channel("engineLogic").publish(TOPIC, messageOf(1));
    await scene.world.advance(10);
    expect([cut, other]).toEqual([[1], [0]]);
    scene.network.mend("b");
    void scene.bus(0).channel("engineLogic").publish(TOPIC, messageOf(2));
    await scene.world.advance(10);
    expect(cut).toEqual([1]);
    scene.network.mend("b");
    void scene.bus(0).channel("engineLogic").publish(TOPIC, messageOf(3));
    await scene.world.advance(10);
    expect(cut).toEqual([1, 3]);
  });

  it("slows messages by the factor and goes back to exactly what it was", async () => {
    const scene = new Scene();
    const { slowdown } = scene.network.conditions;
    slowdown.add(1000);
    slowdown.add(0.3);
    slowdown.remove(0.3);
    const got = scene.read(1);
    void scene.bus(0).channel("engineLogic").publish(TOPIC, messageOf(0));
    await scene.world.advance(199);
    expect(got).toEqual([]);
    await scene.world.advance(1000);
    expect(got).toEqual([0]);
    slowdown.remove(1000);
    expect(slowdown.value).toBe(1);
  });

  it("carries nothing to a node that left, nor to one whose subscriptions are closed", async () => {
    const scene = new Scene();
    const got = scene.read(1);
    const closed = scene
      .bus(2)
      .channel("engineLogic")
      .subscribe(TOPIC, () => undefined, { name: "closed" });
    closed.close();
    closed.close();
    expect(scene.bus(2).reads("engineLogic", TOPIC)).toBe(false);
    scene.network.leave("b");
    await scene.publish();
    expect(got).toEqual([]);
  });
});

describe("SimulatedPulse", () => {
  it("speaks while the event loop is blocked, for so long and no longer, and not for the dead", async () => {
    const scene = new Scene();
    const got = scene.read(1);
    const heardMs: number[] = [];
    scene
      .bus(1)
      .channel("engineLogic")
      .subscribe(TOPIC, ({ data }) => void heardMs.push((data as { aliveAtMs: number }).aliveAtMs), { name: "ages" });
    const pulse = scene.bus(0).createPulse();
    const message = { ...messageOf(0), data: { aliveAtMs: 1000 } };
    pulse.arm({ topics: [TOPIC], message, everyMs: 250, forMs: 1000 });
    scene.bus(0).clock.pause();
    await scene.world.advance(5000);
    expect([got.length, heardMs]).toEqual([4, [1250, 1500, 1750, 2000]]);
    pulse.arm({ topics: [TOPIC], message, everyMs: 250, forMs: 1000 });
    scene.bus(0).clock.die();
    await scene.world.advance(5000);
    expect(got.length).toBe(4);
  });
});
