import { describe, expect, it } from "vitest";
import type { WorldEvents } from "../../../../src/simulation/invariant.js";
import { noWorkForTheDead } from "../../../../src/simulation/invariants/no-work-for-the-dead.js";
import type { World } from "../../../../src/simulation/world.js";
import { seenAs, servedMesh, SERVED_MS } from "../support/served-mesh.js";

/** Three heartbeats of 30 s, and two seconds. */
const BOUND_MS = 92_000;

/** A world in which one instance changed as it began to be looked at, and what is said of a call to it later. */
class Asked {
  readonly invariant = noWorkForTheDead();
  readonly world: World;
  readonly instanceId: string;
  readonly nodeId: string;

  constructor(world: World, instanceId: string) {
    this.world = world;
    this.instanceId = instanceId;
    this.nodeId = instanceId.slice(instanceId.indexOf("@") + 1);
    for (const { life } of world.nodes.values()) {
      for (const host of life?.parts.fleet.hosts ?? []) this.#tell(host.instanceId, "engine.running", 0);
    }
  }

  turns(lifecycle: "stopped" | "faulted" | "restarting", type: string): void {
    const { hosts } = this.world.node(this.nodeId).life!.parts.fleet;
    const host = hosts.find(({ instanceId }) => instanceId === this.instanceId);
    Object.defineProperty(host, "lifecycle", { value: lifecycle, configurable: true });
    this.#tell(this.instanceId, type, SERVED_MS);
  }

  at(nowMs: number, quietSinceMs = 0): string | undefined {
    const message = {
      type: "call.make",
      data: { groups: [{ instanceId: this.instanceId }] },
    } as WorldEvents["sent"]["message"];
    const from = this.nodeId === "a" ? "b" : "a";
    const topic = `nautilus:calls:${this.nodeId}`;
    const sent = { from, channel: "engineLogic", topic, message } as const;
    return this.invariant.on?.sent?.(sent, seenAs(this.world, { nowMs, quietSinceMs }));
  }

  #tell(subject: string, type: string, nowMs: number): void {
    const nodeId = subject.slice(subject.indexOf("@") + 1);
    const event = { sequence: 1, at: "", type, subject, data: {} };
    this.invariant.on?.nodeEvent?.({ nodeId, event }, seenAs(this.world, { nowMs }));
  }
}

/** An instance of an engine that has as many. */
function instanceOf(world: World, replicas: number): string {
  const hosts = [...world.nodes.values()].flatMap(({ life }) => life?.parts.fleet.hosts ?? []);
  const found = hosts.find(({ engineId }) => hosts.filter((other) => other.engineId === engineId).length === replicas);
  return found!.instanceId;
}

describe("noWorkForTheDead", () => {
  it("finds a call to an instance that was stopped long ago on a node that lives", async () => {
    const world = await servedMesh();
    const asked = new Asked(world, instanceOf(world, 1));
    expect(asked.at(SERVED_MS + 2 * BOUND_MS)).toBeUndefined();
    asked.turns("stopped", "engine.stopped");
    expect(asked.at(SERVED_MS + BOUND_MS)).toBeUndefined();
    expect(asked.at(SERVED_MS + BOUND_MS + 1)).toContain(`sent a call to ${asked.instanceId}, which has been down for`);
    // While something goes wrong nobody can be sure to have heard of it.
    expect(asked.at(SERVED_MS + BOUND_MS + 1, SERVED_MS + 1)).toBeUndefined();
  });

  it("lets a call wait for the restart of the only instance, and for no other's", async () => {
    const world = await servedMesh();
    const only = new Asked(world, instanceOf(world, 1));
    only.turns("restarting", "engine.restarting");
    expect(only.at(SERVED_MS + 2 * BOUND_MS)).toBeUndefined();
    const replica = new Asked(world, instanceOf(world, 2));
    replica.turns("faulted", "engine.faulted");
    expect(replica.at(SERVED_MS + BOUND_MS)).toBeUndefined();
    // A restart that comes to nothing is no new beginning.
    replica.turns("restarting", "engine.restarting");
    expect(replica.at(SERVED_MS + BOUND_MS + 1)).toContain("which has been down for 92001 ms");
  });
});
