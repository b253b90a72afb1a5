import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createNode, defineEngine, operation, product, type EngineDefinition, type Node } from "../../../src/index.js";

const text = z.object({ from: z.string() });
const Raw = product("test.raw", { version: 1, channel: "engineLogic", description: "What comes first.", schema: text });
const Refined = product("test.refined", {
  version: 1,
  channel: "engineLogic",
  description: "What it becomes.",
  schema: text,
});

/** Gives the raw product; the slower of two is never the planner's first choice once both were measured. */
function giver(id: string, start?: () => void): EngineDefinition {
  const give = operation({ name: "give", version: 1, needs: {}, gives: Raw, run: () => ({ from: id }) });
  return defineEngine({ id, name: id, version: "1.0.0", operations: [give], ...(start && { start }) });
}

/** Refines, after `before` was called: by then its input has been planned, and may have been lost. */
function refiner(before: () => Promise<void> | void): EngineDefinition {
  const hold = operation({
    name: "hold",
    version: 1,
    needs: {},
    gives: Held,
    run: async () => (await before(), { from: "hold" }),
  });
  const refine = operation({
    name: "refine",
    version: 1,
    needs: { raw: Raw, held: Held },
    gives: Refined,
    run: ({ raw }) => ({ from: `refined ${raw.from}` }),
  });
  return defineEngine({ id: "REFINER", name: "Refiner", version: "1.0.0", operations: [hold, refine] });
}

const Held = product("test.held", { version: 1, channel: "engineLogic", description: "Comes late.", schema: text });

describe("createNode", () => {
  let node: Node;

  async function start(definitions: readonly EngineDefinition[]): Promise<void> {
    node = createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions });
    await node.start();
  }

  afterEach(() => node.stop());

  it("plans anew around a giver that was lost after it had given", async () => {
    let lost = "";
    const lose = async (): Promise<void> => {
      // The raw product is made by now or soon: whichever engine the plan took is the one to lose.
      lost = node.port.runs()[0]?.plan?.choices[0]?.chosen.split(".")[0] ?? "";
      await node.port.operate("stop", lost, true);
    };
    await start([giver("A_ONE"), giver("A_TWO"), refiner(lose)]);
    const run = await node.request({ products: ["test.refined"] });
    const other = lost === "A_ONE" ? "A_TWO" : "A_ONE";
    expect(run).toMatchObject({
      status: "succeeded",
      replans: 1,
      result: { "test.refined": { from: `refined ${other}` } },
    });
    expect(run.steps.map(({ engineId }) => engineId)).not.toContain(lost);
  });

  it("does not plan with an engine whose starts fail", async () => {
    const broken = giver("A_BROKEN", () => {
      throw new Error("no");
    });
    await start([broken, giver("A_SOUND")]);
    const run = await node.request({ products: ["test.raw"], deadlineMs: 2000 });
    expect(run.result).toEqual({ "test.raw": { from: "A_SOUND" } });
  });

  it("says who could give a product when its only engine fails to start", async () => {
    await start([
      giver("A_BROKEN", () => {
        throw new Error("no");
      }),
    ]);
    const asked = node.request({ products: ["test.raw"], deadlineMs: 2000 });
    await expect(asked).rejects.toMatchObject({
      code: "NO_PLAN",
      details: { missing: [{ product: "test.raw@1", couldGive: ["A_BROKEN"] }] },
    });
  });
});
