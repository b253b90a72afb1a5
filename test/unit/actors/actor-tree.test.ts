import { describe, expect, it } from "vitest";
import { fromPromise, setup, type InspectionEvent } from "xstate";
import { ActorTree } from "../../../src/actors/actor-tree.js";
import { inspectionLine } from "../../../src/actors/inspection.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";

const bug = (): never => {
  throw new Error("a bug");
};

/** Throws where it is told to: as it begins, on an event, after a while, or in an actor of its own. */
const fragile = setup({
  types: {
    input: {} as { readonly atOnce: boolean },
    events: {} as { readonly type: "THROW" | "WAIT" | "ASK" | "END" },
  },
  actors: { ask: fromPromise(() => Promise.reject(new Error("a bug"))) },
  actions: { bug },
  delays: { soon: 1000 },
}).createMachine({
  id: "fragile",
  context: ({ input }) => (input.atOnce ? bug() : {}),
  initial: "idle",
  states: {
    idle: { tags: "calm", on: { THROW: { actions: "bug" }, WAIT: "waiting", ASK: "asking", END: "over" } },
    waiting: { after: { soon: { actions: "bug" } } },
    asking: { invoke: { id: "ask", src: "ask" } },
    over: { type: "final" },
  },
});

class Tried {
  readonly clock = new VirtualClock();
  readonly failed: string[] = [];
  readonly inspected: InspectionEvent[] = [];
  readonly tree = new ActorTree({
    clock: this.clock,
    inspect: (event) => this.inspected.push(event),
    onFailed: (actor, error) => this.failed.push(`${actor}: ${(error as Error).message}`),
  });

  child(systemId: string, atOnce = false) {
    const child = this.tree.spawn(fragile, { systemId, input: { atOnce } });
    child.start();
    return child;
  }

  ids(): string[] {
    return this.tree.list().map(({ id }) => id);
  }
}

describe("ActorTree", () => {
  it.each([
    ["as it begins", async (tried: Tried) => void tried.child("one", true)],
    ["on an event", async (tried: Tried) => tried.child("one").send({ type: "THROW" })],
    [
      "after a while",
      async (tried: Tried) => {
        tried.child("one").send({ type: "WAIT" });
        await tried.clock.advance(1000);
      },
    ],
    [
      "in an actor that it invoked",
      async (tried: Tried) => {
        tried.child("one").send({ type: "ASK" });
        await tried.clock.advance(0);
      },
    ],
  ])("outlives a child that throws %s, tells of it once, and goes on", async (_, fail) => {
    const tried = new Tried();
    const other = tried.child("other");
    await fail(tried);
    expect(tried.failed).toEqual(["one: a bug"]);
    expect(tried.ids()).toEqual(["coordinator", "other"]);
    tried.tree.root.send({ type: "JOINED" });
    expect(tried.tree.root.getSnapshot().matches("discovering")).toBe(true);
    expect(other.getSnapshot().status).toBe("active");
  });

  it("lists each actor under its parent, with its state, its tags, and since when", async () => {
    const tried = new Tried();
    const child = tried.child("one");
    await tried.clock.advance(5000);
    child.send({ type: "WAIT" });
    const began = new Date(tried.clock.wallMs() - 5000).toISOString();
    const changed = new Date(tried.clock.wallMs()).toISOString();
    const root = { id: "coordinator", parent: null, machine: "coordinator", state: "starting", tags: [], since: began };
    expect(tried.tree.list()).toEqual([
      root,
      { id: "one", parent: "coordinator", machine: "fragile", state: "waiting", tags: [], since: changed },
    ]);
    const asking = tried.child("two");
    asking.send({ type: "ASK" });
    expect(tried.ids()).toEqual(["coordinator", "one", "two", "two/ask"]);
  });

  it("forgets a child that ended or was stopped, and takes another of that name", () => {
    const tried = new Tried();
    tried.child("one").send({ type: "END" });
    tried.tree.stop(tried.child("one"));
    expect(tried.ids()).toEqual(["coordinator"]);
    tried.child("one");
    expect(tried.ids()).toEqual(["coordinator", "one"]);
  });

  it("ends every child with the system", () => {
    const tried = new Tried();
    const children = [tried.child("one"), tried.child("two")];
    tried.tree.root.send({ type: "DRAIN" });
    tried.tree.close();
    expect(children.map((child) => child.getSnapshot().status)).toEqual(["stopped", "stopped"]);
    expect(tried.tree.root.getSnapshot().status).toBe("done");
  });

  it("hands on what happens to each, as plain lines", () => {
    const tried = new Tried();
    tried.child("one").send({ type: "WAIT" });
    const lines = tried.inspected.map(inspectionLine).filter((line) => line?.actor === "one");
    expect(lines).toContainEqual({ type: "@xstate.actor", actor: "one" });
    expect(lines).toContainEqual({ type: "@xstate.event", actor: "one", event: "WAIT" });
    expect(lines).toContainEqual({
      type: "@xstate.snapshot",
      actor: "one",
      event: "WAIT",
      state: "waiting",
      status: "active",
    });
    expect(() => JSON.stringify(lines)).not.toThrow();
  });
});
