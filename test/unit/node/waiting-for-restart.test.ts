// The only giver of a product is down: requests wait for it in its queue, within their deadline, and only then are told.
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { problemOf } from "../../api/support/problems.js";
import { defineEngine, operation, type EngineBehaviour, type EngineDefinition } from "../../../src/contracts/engine.js";
import { product } from "../../../src/contracts/product.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";
import { stopNode } from "../../support/stop-node.js";

const schema = z.object({ n: z.number() });
const Raw = product("test.raw", { version: 1, channel: "engineLogic", description: "What comes first.", schema });
const Refined = product("test.refined", { version: 1, channel: "engineLogic", description: "What follows.", schema });
const DEADLINE_MS = 3_000;

/** The giver is started anew in `restart`, and the refiner always runs. */
function engines(restart: EngineBehaviour["start"], queue: number): readonly EngineDefinition[] {
  const header = { version: "1.0.0", name: "Test", limits: { concurrency: 1, queue } };
  let starts = 0;
  const give = operation({ name: "give", version: 1, needs: {}, gives: Raw, run: () => ({ n: 1 }) });
  const refine = operation({ name: "refine", version: 1, needs: { raw: Raw }, gives: Refined, run: ({ raw }) => raw });
  const start: EngineBehaviour["start"] = (context) => {
    starts += 1;
    return starts === 1 ? undefined : restart?.(context);
  };
  return [
    defineEngine({ ...header, id: "GIVER", create: () => ({ operations: [give], start }) }),
    defineEngine({ ...header, id: "REFINER", operations: [refine] }),
  ];
}

describe("a request whose only giver is down", () => {
  const clock = new VirtualClock();
  let node: Node;

  afterEach(() => stopNode(node, clock));

  async function withGiver(restart: EngineBehaviour["start"], queue = 8): Promise<void> {
    const runtime = { clock, pool: createInlinePool(), definitions: engines(restart, queue) };
    node = createNode({ feed: false, engines: [], logLevel: "silent", chaos: true }, runtime);
    await node.start();
  }

  async function ask(goal: object = {}): Promise<Response> {
    const body = JSON.stringify({ products: ["test.raw"], fresh: true, deadlineMs: DEADLINE_MS, ...goal });
    const headers = { "content-type": "application/json" };
    return node.fetch(new Request("http://node/api/v1/goals", { method: "POST", headers, body }));
  }

  const crash = (): Promise<unknown> => node.port.operate("crash", "GIVER", false);
  const queued = (): number => node.port.engines().find(({ engineId }) => engineId === "GIVER")?.load.queued ?? 0;
  const after = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimeout(resolve, ms));

  it("waits in its queue and is answered once it is back", async () => {
    await withGiver(() => after(DEADLINE_MS / 2));
    await crash();
    const asked = [ask(), ask(), ask({ products: ["test.refined"] })];
    await clock.advance(1_000);
    expect(queued()).toBe(3);
    await clock.advance(2_000);
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each(["test.raw", "test.refined"])("is told GIVER_DOWN at its deadline, and not before (%s)", async (wanted) => {
    await withGiver(() => after(10 * DEADLINE_MS));
    await crash();
    let settled = false;
    const asked = ask({ products: [wanted] }).finally(() => (settled = true));
    await clock.advance(DEADLINE_MS - 10);
    expect([settled, queued()]).toEqual([false, 1]);
    await clock.advance(50);
    const problem = await problemOf(await asked);
    expect(problem).toMatchObject({ status: 503, code: "GIVER_DOWN", retryable: true });
    expect(problem.detail).toContain("GIVER.give@1");
  });

  it("is told GIVER_DOWN where a kept product is to be handed over by a giver that does not come back", async () => {
    await withGiver(() => after(10 * DEADLINE_MS));
    const goal = { fresh: false };
    expect((await ask(goal)).status).toBe(200);
    await crash();
    const asked = ask({ ...goal, products: ["test.refined"] });
    await clock.advance(DEADLINE_MS + 50);
    expect(await problemOf(await asked)).toMatchObject({ status: 503, code: "GIVER_DOWN" });
  });

  it("is told at once where its starts fail: nobody can expect it back", async () => {
    await withGiver(() => {
      throw new Error("no licence");
    });
    await crash();
    const waiting = ask();
    await clock.advance(200); // the restart was tried, and failed
    expect(await problemOf(await ask())).toMatchObject({ status: 503, code: "NO_PLAN" });
    await clock.advance(DEADLINE_MS);
    expect(await problemOf(await waiting)).toMatchObject({ status: 503, code: "GIVER_DOWN" });
  });

  it("is refused where the queue is full, and those that wait are answered", async () => {
    await withGiver(() => after(DEADLINE_MS / 2), 2);
    await crash();
    const asked = Array.from({ length: 4 }, () => ask());
    await clock.advance(DEADLINE_MS);
    expect((await Promise.all(asked)).map(({ status }) => status).sort()).toEqual([200, 200, 503, 503]);
  });
});
