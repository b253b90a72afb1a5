import { describe, expect, it } from "vitest";
import type { CallRequest } from "../../../src/contracts/call.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { NewcomerCalls } from "../../../src/node/newcomer-calls.js";
import type { Route } from "../../../src/routing/route.js";

const REQUEST: CallRequest = { kind: "operation", inputs: {} };
const OPTIONS = { consumer: "ENGINE.1@a" };

function open() {
  const clock = new VirtualClock();
  const offered = new Set<string>();
  const calls: string[] = [];
  const router = {
    route: (operationId: string) => (offered.has(operationId) ? ({} as Route) : undefined),
    call: (operationId: string) => {
      calls.push(operationId);
      return Promise.resolve(offered.has(operationId) ? "answer" : "nobody");
    },
  };
  const newcomer = new NewcomerCalls({ router, clock });
  const call = (options = {}): Promise<unknown> => newcomer.call("A.make@1", REQUEST, { ...OPTIONS, ...options });
  return { clock, offered, calls, newcomer, call };
}

describe("what a newcomer asks for", () => {
  it("waits until somebody offers it, and for no other", async () => {
    const { clock, offered, calls, newcomer, call } = open();
    newcomer.joined();
    const answer = call();
    await clock.advance(1_000);
    offered.add("B.make@1");
    newcomer.networkChanged();
    await clock.advance(1_000);
    expect(calls).toEqual([]);
    offered.add("A.make@1");
    newcomer.networkChanged();
    expect(await answer).toBe("answer");
    expect(clock.pending).toBe(0);
  });

  it("goes to the router at once where it is offered, and where the node has been there for a while, or is alone", async () => {
    const { clock, offered, newcomer, call } = open();
    expect(await call()).toBe("nobody");
    newcomer.joined();
    offered.add("A.make@1");
    expect(await call()).toBe("answer");
    offered.clear();
    await clock.advance(5_000);
    expect(await call()).toBe("nobody");
    expect(clock.pending).toBe(0);
  });

  it("does not wait longer than the node is new, than its deadline, or than the node serves", async () => {
    const { clock, newcomer, call } = open();
    newcomer.joined();
    const [short, long] = [call({ deadlineMs: clock.nowMs() + 500 }), call()];
    await clock.advance(500);
    expect(await short).toBe("nobody");
    await clock.advance(4_500);
    expect(await long).toBe("nobody");
    newcomer.joined();
    const last = call();
    newcomer.close();
    expect(await last).toBe("nobody");
    expect(clock.pending).toBe(0);
  });
});
