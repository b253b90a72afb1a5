import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallServer } from "../../../../src/actors/remote-calls/call-server.js";
import { RemoteCalls } from "../../../../src/actors/remote-calls/remote-calls.js";
import { createMemoryBus } from "../../../../src/buses/memory-bus.js";
import type { Bus, BusChannel, BusStats, DeadLetter } from "../../../../src/contracts/bus.js";
import type { OpenCall } from "../../../../src/contracts/call.js";
import type { ChannelName } from "../../../../src/contracts/channel.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { ERROR_TABLE, NautilusError, type ErrorCode } from "../../../../src/contracts/errors.js";
import { topics } from "../../../../src/contracts/topics.js";
import { createEnvelopeFactory } from "../../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../../src/kernel/ids.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { settle, VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { RecordedCall } from "../support/recorded-call.js";
import { createRecordingLogger } from "../support/recording-logger.js";

const WORK = "E.work@1";

/** Refuses what it is told to, as a bus does that cannot write it, or has no room for it. */
class PickyBus implements Bus {
  readonly #bus = createMemoryBus();
  refuse: (data: unknown) => boolean = () => false;
  why = new NautilusError("INVALID_INPUT", "it cannot be written");

  channel(name: ChannelName): BusChannel {
    const channel = this.#bus.channel(name);
    return {
      name,
      subscribe: (...args) => channel.subscribe(...args),
      publish: (topic, message) =>
        this.refuse(message.data) ? Promise.reject(this.why) : channel.publish(topic, message),
    };
  }

  start = (): Promise<void> => this.#bus.start();
  stop = (): Promise<void> => this.#bus.stop();
  stats = (): BusStats => this.#bus.stats();
  deadLetters = (): readonly DeadLetter[] => this.#bus.deadLetters();
}

/** Node a asks, node b serves one instance whose calls are kept until the test ends them. */
class TwoNodes {
  readonly clock = new VirtualClock();
  readonly bus = new PickyBus();
  readonly log = createRecordingLogger();
  readonly asking: RemoteCalls;
  readonly serving: CallServer;
  readonly served: OpenCall[] = [];
  readonly instance = { instanceId: "E.1@b", held: 0, send: (call: OpenCall) => void this.served.push(call) };
  readonly silent: string[] = [];
  /** The start of b that a knows, and the one that it is. */
  known = 1;
  started = 1;

  constructor() {
    const { clock, bus, log } = this;
    const parts = (
      nodeId: string,
    ): Omit<ConstructorParameters<typeof RemoteCalls>[0], "onSilent" | "incarnationOf"> => {
      const ids = createIds(createRandom(nodeId), nodeId);
      const envelopes = createEnvelopeFactory({ nodeId, incarnation: 1, clock, ids });
      const createEnvelope = (topic: string, type: string, data: unknown): Envelope =>
        envelopes.create(type, data, { topic });
      return { nodeId, bus, clock, ids, log, createEnvelope };
    };
    this.asking = new RemoteCalls({
      ...parts("a"),
      incarnationOf: () => this.known,
      onSilent: (nodeId) => this.silent.push(nodeId),
    });
    const { instance } = this;
    this.serving = new CallServer({
      ...parts("b"),
      accepts: (incarnation) => incarnation >= this.started,
      localInstance: (id) => (id === instance.instanceId ? instance : undefined),
    });
    this.asking.open();
    this.serving.open();
  }

  /** And what follows from it. */
  async send(instanceId = "E.1@b", deadlineMs = 1_000): Promise<RecordedCall> {
    const request = {
      kind: "operation",
      inputs: { "x@1": { values: new Float64Array([1, Number.NaN, -0]) } },
    } as const;
    const call = new RecordedCall(WORK, { request, priority: "high", deadlineMs });
    this.asking.linkTo(instanceId, "b").send(call);
    await settle();
    return call;
  }

  /** What is said on the topic from now on. */
  heard(topic: string): readonly unknown[] {
    const heard: unknown[] = [];
    this.bus.channel("engineLogic").subscribe(topic, ({ data }) => void heard.push(data), { name: "test" });
    return heard;
  }

  /** By somebody else. */
  say(topic: string, data: unknown): void {
    const ids = createIds(createRandom(3), "x");
    const envelopes = createEnvelopeFactory({ nodeId: "x", incarnation: 1, clock: this.clock, ids });
    void this.bus.channel("engineLogic").publish(topic, envelopes.create("t", data, { topic }));
  }
}

describe("RemoteCalls and CallServer", () => {
  it("do not carry out what was meant for an earlier start of the node", async () => {
    const nodes = new TwoNodes();
    nodes.started = 2;
    const late = await nodes.send();
    expect(late.ends).toMatchObject([{ code: "GIVER_DOWN", retryable: true }]);
    nodes.known = 2;
    await nodes.send();
    expect(nodes.served).toHaveLength(1);
  });

  it("carry a call there as it is, and its answer back", async () => {
    const { send, served } = bound();
    const call = await send();
    expect(served[0]).toMatchObject({
      operationId: WORK,
      request: call.request,
      priority: "high",
      deadlineMs: 1_000,
      consumer: "TEST.1@a",
      correlationId: "test",
    });
    served[0]?.succeed({ n: 1 }, 0);
    served[0]?.fail(new NautilusError("INTERNAL", "too late"));
    await settle();
    expect(call.ends).toEqual([{ value: { n: 1 } }]);
  });

  it("carry what is asked and answered at once together, each call once and in order", async () => {
    const nodes = new TwoNodes();
    const [asked, answered] = [nodes.heard(topics.calls("b")), nodes.heard(topics.replies("a"))];
    const calls = Array.from({ length: 300 }, (_, index) => {
      // Two of one kind, one of another, …
      const call = new RecordedCall(index % 3 === 2 ? "E.other@1" : WORK, {
        request: { kind: "operation", inputs: { "x@1": index } },
      });
      nodes.asking.linkTo("E.1@b", "b").send(call);
      return call;
    });
    await settle();
    expect(nodes.served.map(({ request }) => (request as { inputs: Record<string, unknown> }).inputs["x@1"])).toEqual(
      calls.map((_, index) => index),
    );
    for (const [index, call] of nodes.served.entries()) {
      if (index % 10 === 9) call.fail(new NautilusError("INFEASIBLE", `no ${index}`));
      else call.succeed(index, 0);
    }
    await settle();
    expect(calls.map(({ value, code }) => value ?? code)).toEqual(
      calls.map((_, index) => (index % 10 === 9 ? "INFEASIBLE" : index)),
    );
    expect(calls.every(({ ends }) => ends.length === 1)).toBe(true);
    expect([asked.length, answered.length]).toEqual([3, 3]);
  });

  it("do not gather more than a message may hold", async () => {
    const nodes = new TwoNodes();
    const asked = nodes.heard(topics.calls("b"));
    for (let count = 0; count < 4; count += 1) {
      const inputs = { "x@1": new Float64Array(20_000) };
      nodes.asking.linkTo("E.1@b", "b").send(new RecordedCall(WORK, { request: { kind: "operation", inputs } }));
    }
    await settle();
    expect([asked.length, nodes.served.length]).toEqual([2, 4]);
  });

  it("fail the one that cannot be written, and not those that travel with it", async () => {
    const nodes = new TwoNodes();
    nodes.bus.refuse = (data) => JSON.stringify(data).includes("unwritable");
    const good = nodes.send();
    const request = { kind: "operation", inputs: { "x@1": "unwritable" } } as const;
    const bad = new RecordedCall(WORK, { request });
    nodes.asking.linkTo("E.1@b", "b").send(bad);
    const other = await nodes.send();
    expect([bad.code, nodes.served.length]).toEqual(["INVALID_INPUT", 2]);
    nodes.served[0]?.succeed("unwritable", 0);
    nodes.served[1]?.succeed({ n: 1 }, 0);
    await settle();
    expect((await good).error).toMatchObject({ code: "INTERNAL" });
    expect((await good).error?.message).toContain("an answer cannot be sent");
    expect([other.value, other.ends.length]).toEqual([{ n: 1 }, 1]);
  });

  it("tell with every answer, good or bad, how many operations the instance holds", async () => {
    const { nodes } = bound();
    const link = nodes.asking.linkTo("E.1@b", "b");
    const heldWhenEnded: (number | undefined)[] = [];
    const ask = async (): Promise<void> => {
      const call = new RecordedCall(WORK);
      call.onFinished(() => heldWhenEnded.push(link.held));
      link.send(call);
      await settle();
    };
    await ask();
    await ask();
    expect(link.held).toBeUndefined();
    nodes.instance.held = 7;
    nodes.served[0]?.succeed({ n: 1 }, 0);
    await settle();
    nodes.instance.held = 3;
    nodes.served[1]?.fail(new NautilusError("OVERLOADED", "full"));
    await settle();
    expect(heldWhenEnded).toEqual([7, 3]);
  });

  it("carry back an answer that is nothing", async () => {
    const { send, served } = bound();
    const call = await send();
    served[0]?.succeed(undefined, 0);
    await settle();
    expect(call.ends).toEqual([{ value: undefined }]);
  });

  it("carry every error back with its code, message, details and whether it may be tried again", async () => {
    const error = fc.record({
      code: fc.constantFrom(...(Object.keys(ERROR_TABLE) as ErrorCode[])),
      message: fc.string(),
      retryable: fc.boolean(),
      details: fc.dictionary(
        fc.string().filter((name) => name !== "__proto__"),
        fc.jsonValue(),
      ),
    });
    await fc.assert(
      fc.asyncProperty(error, async ({ code, message, retryable, details }) => {
        const { send, served } = bound();
        const call = await send();
        served[0]?.fail(new NautilusError(code, message, { retryable, details }));
        await settle();
        expect(call.ends).toHaveLength(1);
        expect(call.error).toMatchObject({ code, message, retryable });
        expect(call.error?.details).toEqual(details);
      }),
    );
  });

  it("tell the other node when the caller gives up, and ignore what it answers then", async () => {
    const { send, served } = bound();
    const call = await send();
    let abandoned = 0;
    served[0]?.onAbandoned(() => (abandoned += 1));
    call.giveUp();
    await settle();
    expect([abandoned, served[0]?.ended]).toEqual([1, true]);
    served[0]?.succeed({ n: 1 }, 0);
    await settle();
    expect(call.ends).toEqual([]);
  });

  it("end a call that was given up in the moment in which it was made", async () => {
    const nodes = new TwoNodes();
    const call = new RecordedCall(WORK);
    nodes.asking.linkTo("E.1@b", "b").send(call);
    call.giveUp();
    await settle();
    expect(nodes.served.map(({ ended }) => ended)).toEqual([true]);
  });

  it("end a call at its deadline on the serving side too, and leave no timer", async () => {
    const { send, served, nodes } = bound();
    await send();
    await send();
    const abandoned: number[] = [];
    for (const call of served) call.onAbandoned(() => abandoned.push(nodes.clock.nowMs()));
    served[0]?.succeed({ n: 1 }, 0);
    await nodes.clock.advance(1_004);
    expect([abandoned.length, (abandoned[0] ?? 0) >= 1_000, nodes.clock.pending]).toEqual([1, true, 0]);
  });

  it("fail what waits for a node that is lost, retryable, and nothing else; a late answer is ignored", async () => {
    const { send, served, nodes } = bound();
    const call = await send();
    nodes.asking.nodeLost("c");
    expect(call.ended).toBe(false);
    nodes.asking.nodeLost("b");
    served[0]?.succeed({ n: 1 }, 0);
    await settle();
    expect(call.ends).toMatchObject([{ code: "GIVER_DOWN", retryable: true }]);
  });

  it("tell of a node that answers nothing while calls to it are given up, not of one that is slow", async () => {
    const { send, served, nodes } = bound();
    const giveUp = async (count: number): Promise<void> => {
      for (let given = 0; given < count; given += 1) (await send()).giveUp();
    };
    await giveUp(2);
    await send();
    served.at(-1)?.succeed(1, 0);
    await settle();
    await giveUp(2);
    expect(nodes.silent).toEqual([]);
    await giveUp(1);
    expect(nodes.silent).toEqual(["b"]);
    await giveUp(3);
    expect(nodes.silent).toEqual(["b", "b"]);
  });

  it("fail a call to an instance that the node does not have", async () => {
    const { send } = bound();
    const call = await send("E.9@b");
    expect(call.error).toMatchObject({ code: "GIVER_DOWN", retryable: true });
  });

  it("fail what waits when the asking node stops, and let go of what is served when the serving one does", async () => {
    const { send, served, nodes } = bound();
    const call = await send();
    let abandoned = 0;
    served[0]?.onAbandoned(() => (abandoned += 1));
    nodes.serving.close();
    nodes.asking.close();
    expect([abandoned, call.code, nodes.clock.pending]).toEqual([1, "NOT_SERVING", 0]);
  });

  it("fail a call that the bus does not take", async () => {
    const { send, nodes } = bound();
    await nodes.bus.stop();
    const call = await send();
    await nodes.clock.advance(0);
    expect(call.code).toBe("NOT_SERVING");
  });

  it("say soon that an answer is lost for which there was no room", async () => {
    const { send, served, nodes } = bound();
    nodes.bus.why = new NautilusError("OVERLOADED", "Redis is full");
    // Large ones; that they are lost is small.
    nodes.bus.refuse = (data) => (data as { answers?: readonly unknown[] }).answers?.length === 1;
    const call = await send();
    served[0]?.succeed({ n: 1 }, 0);
    await settle();
    expect(call.ends).toMatchObject([
      { code: "OVERLOADED", retryable: true, message: expect.stringContaining("Redis is full") as string },
    ]);
  });

  it("leave a call to its deadline where not even that its answer is lost can be said, and go on", async () => {
    const { send, served, nodes } = bound();
    const call = await send();
    nodes.bus.why = new NautilusError("OVERLOADED", "Redis is full");
    nodes.bus.refuse = (data) => "answers" in (data as object);
    served[0]?.succeed({ n: 1 }, 0);
    await settle();
    expect(nodes.log.lines.map(({ level }) => level)).toEqual(["warn"]);
    expect(call.ends).toEqual([]);
    nodes.bus.refuse = () => false;
    const next = await send();
    served[1]?.succeed({ n: 2 }, 0);
    await settle();
    expect(next.ends).toEqual([{ value: { n: 2 } }]);
  });

  it("refuse packets that do not fit with a warning, and go on", async () => {
    const { send, served, nodes } = bound();
    for (const topic of [topics.calls("b"), topics.replies("a")]) nodes.say(topic, { asker: 7 });
    expect(nodes.log.lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
    const call = await send();
    served[0]?.succeed(1, 0);
    await settle();
    expect(call.value).toBe(1);
  });

  it("do not take an answer to an earlier start of the node for one to theirs", async () => {
    const { send, nodes } = bound();
    const call = await send();
    nodes.say(topics.replies("a"), { asker: "of another start", answers: [[0, null, "wrong"]], failures: [] });
    expect(call.ends).toEqual([]);
    expect(nodes.log.lines).toEqual([]);
  });
});

function bound(): { nodes: TwoNodes; served: readonly OpenCall[]; send: TwoNodes["send"] } {
  const nodes = new TwoNodes();
  return { nodes, served: nodes.served, send: (...args) => nodes.send(...args) };
}
