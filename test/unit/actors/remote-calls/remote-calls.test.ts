import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallServer } from "../../../../src/actors/remote-calls/call-server.js";
import { RemoteCalls } from "../../../../src/actors/remote-calls/remote-calls.js";
import { createMemoryBus } from "../../../../src/buses/memory-bus.js";
import type { Bus } from "../../../../src/contracts/bus.js";
import type { OpenCall } from "../../../../src/contracts/call.js";
import type { Envelope } from "../../../../src/contracts/envelope.js";
import { ERROR_TABLE, NautilusError, type ErrorCode } from "../../../../src/contracts/errors.js";
import { topics } from "../../../../src/contracts/topics.js";
import { createEnvelopeFactory } from "../../../../src/kernel/envelope-factory.js";
import { createIds } from "../../../../src/kernel/ids.js";
import { createRandom } from "../../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../../src/kernel/virtual-clock.js";
import { RecordedCall } from "../support/recorded-call.js";
import { createRecordingLogger } from "../support/recording-logger.js";

const WORK = "E.work@1";

/** Node a asks, node b serves one instance whose calls are kept until the test ends them. */
class TwoNodes {
  readonly clock = new VirtualClock();
  readonly bus: Bus = createMemoryBus();
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

  send(instanceId = "E.1@b", deadlineMs = 1_000): RecordedCall {
    const request = {
      kind: "operation",
      inputs: { "x@1": { values: new Float64Array([1, Number.NaN, -0]) } },
    } as const;
    const call = new RecordedCall(WORK, { request, priority: "high", deadlineMs });
    this.asking.linkTo(instanceId, "b").send(call);
    return call;
  }
}

describe("RemoteCalls and CallServer", () => {
  it("do not carry out what was meant for an earlier start of the node", () => {
    const nodes = new TwoNodes();
    nodes.started = 2;
    const late = nodes.send();
    expect(late.ends).toMatchObject([{ code: "GIVER_DOWN", retryable: true }]);
    nodes.known = 2;
    nodes.send();
    expect(nodes.served).toHaveLength(1);
  });

  it("carry a call there as it is, and its answer back", () => {
    const { send, served } = bound();
    const call = send();
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
    expect(call.ends).toEqual([{ value: { n: 1 } }]);
  });

  it("tell with every answer, good or bad, how many operations the instance holds", () => {
    const { nodes } = bound();
    const link = nodes.asking.linkTo("E.1@b", "b");
    const heldWhenEnded: (number | undefined)[] = [];
    const ask = (): void => {
      const call = new RecordedCall(WORK);
      call.onFinished(() => heldWhenEnded.push(link.held));
      link.send(call);
    };
    ask();
    ask();
    expect(link.held).toBeUndefined();
    nodes.instance.held = 7;
    nodes.served[0]?.succeed({ n: 1 }, 0);
    nodes.instance.held = 3;
    nodes.served[1]?.fail(new NautilusError("OVERLOADED", "full"));
    expect(heldWhenEnded).toEqual([7, 3]);
  });

  it("carry back an answer that is nothing", () => {
    const { send, served } = bound();
    const call = send();
    served[0]?.succeed(undefined, 0);
    expect(call.ends).toEqual([{ value: undefined }]);
  });

  it("carry every error back with its code, message, details and whether it may be tried again", () => {
    const error = fc.record({
      code: fc.constantFrom(...(Object.keys(ERROR_TABLE) as ErrorCode[])),
      message: fc.string(),
      retryable: fc.boolean(),
      details: fc.dictionary(
        fc.string().filter((name) => name !== "__proto__"),
        fc.jsonValue(),
      ),
    });
    fc.assert(
      fc.property(error, ({ code, message, retryable, details }) => {
        const { send, served } = bound();
        const call = send();
        served[0]?.fail(new NautilusError(code, message, { retryable, details }));
        expect(call.ends).toHaveLength(1);
        expect(call.error).toMatchObject({ code, message, retryable });
        expect(call.error?.details).toEqual(details);
      }),
    );
  });

  it("tell the other node when the caller gives up, and ignore what it answers then", () => {
    const { send, served } = bound();
    const call = send();
    let abandoned = 0;
    served[0]?.onAbandoned(() => (abandoned += 1));
    call.giveUp();
    expect([abandoned, served[0]?.ended]).toEqual([1, true]);
    served[0]?.succeed({ n: 1 }, 0);
    expect(call.ends).toEqual([]);
  });

  it("end a call at its deadline on the serving side too, and leave no timer", async () => {
    const { send, served, nodes } = bound();
    send();
    send();
    const abandoned: number[] = [];
    for (const call of served) call.onAbandoned(() => abandoned.push(nodes.clock.nowMs()));
    served[0]?.succeed({ n: 1 }, 0);
    await nodes.clock.advance(1_004);
    expect([abandoned.length, (abandoned[0] ?? 0) >= 1_000, nodes.clock.pending]).toEqual([1, true, 0]);
  });

  it("fail what waits for a node that is lost, retryable, and nothing else; a late answer is ignored", () => {
    const { send, served, nodes } = bound();
    const call = send();
    nodes.asking.nodeLost("c");
    expect(call.ended).toBe(false);
    nodes.asking.nodeLost("b");
    served[0]?.succeed({ n: 1 }, 0);
    expect(call.ends).toMatchObject([{ code: "GIVER_DOWN", retryable: true }]);
  });

  it("tell of a node that answers nothing while calls to it are given up, not of one that is slow", () => {
    const { send, served, nodes } = bound();
    const giveUp = (count: number): void => {
      for (let given = 0; given < count; given += 1) send().giveUp();
    };
    giveUp(2);
    send();
    served.at(-1)?.succeed(1, 0);
    giveUp(2);
    expect(nodes.silent).toEqual([]);
    giveUp(1);
    expect(nodes.silent).toEqual(["b"]);
    giveUp(3);
    expect(nodes.silent).toEqual(["b", "b"]);
  });

  it("fail a call to an instance that the node does not have", () => {
    const { send } = bound();
    expect(send("E.9@b").error).toMatchObject({ code: "GIVER_DOWN", retryable: true });
  });

  it("fail what waits when the asking node stops, and let go of what is served when the serving one does", () => {
    const { send, served, nodes } = bound();
    const call = send();
    let abandoned = 0;
    served[0]?.onAbandoned(() => (abandoned += 1));
    nodes.serving.close();
    nodes.asking.close();
    expect([abandoned, call.code, nodes.clock.pending]).toEqual([1, "NOT_SERVING", 0]);
  });

  it("fail a call that the bus does not take", async () => {
    const { send, nodes } = bound();
    await nodes.bus.stop();
    const call = send();
    await nodes.clock.advance(0);
    expect(call.code).toBe("NOT_SERVING");
  });

  it("refuse frames that do not fit with a warning, and go on", () => {
    const { send, served, nodes } = bound();
    const ids = createIds(createRandom(3), "x");
    const envelopes = createEnvelopeFactory({ nodeId: "x", incarnation: 1, clock: nodes.clock, ids });
    for (const topic of [topics.calls("b"), topics.replies("a")]) {
      void nodes.bus.channel("engineLogic").publish(topic, envelopes.create("t", { callId: 7 }, { topic }));
    }
    expect(nodes.log.lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
    const call = send();
    served[0]?.succeed(1, 0);
    expect(call.value).toBe(1);
  });
});

function bound(): { nodes: TwoNodes; served: readonly OpenCall[]; send: TwoNodes["send"] } {
  const nodes = new TwoNodes();
  return { nodes, served: nodes.served, send: (...args) => nodes.send(...args) };
}
