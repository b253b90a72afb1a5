import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createNode, defineEngine, operation, product, type Logger, type Node } from "../../../src/index.js";

const Value = product("test.value", {
  version: 1,
  channel: "engineLogic",
  description: "A value.",
  schema: z.object({ n: z.number() }),
});
const give = operation({ name: "give", version: 1, needs: {}, gives: Value, run: () => ({ n: 1 }) });
const engine = defineEngine({ id: "GIVER", name: "Giver", version: "1.0.0", operations: [give] });
const GOAL = { products: ["test.value"] };

const nodes: Node[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()));
});

async function started(log: Logger): Promise<Node> {
  const node = createNode({ feed: false, engines: [] }, { definitions: [engine], log });
  nodes.push(node);
  await node.start();
  return node;
}

function loggerOf(write: (message: string) => void): Logger {
  const line = (_: unknown, message: string): void => {
    write(message);
  };
  const log: Logger = { error: line, warn: line, info: line, debug: line, child: () => log };
  return log;
}

describe("a node", () => {
  it("drops a listener that throws, says so, and tells the others", async () => {
    const said: string[] = [];
    const node = await started(loggerOf((message) => said.push(message)));
    let asked = 0;
    const heard: string[] = [];
    node.port.onEvent(() => {
      asked += 1;
      throw new Error("not listening");
    });
    node.port.onEvent(({ type }) => heard.push(type));
    for (let run = 0; run < 2; run += 1) {
      expect(await node.request(GOAL)).toMatchObject({ status: "succeeded", result: { "test.value": { n: 1 } } });
    }
    await expect(node.request({ products: ["test.nothing"] })).rejects.toMatchObject({ code: "NO_PLAN" });
    expect(asked).toBe(1);
    expect(heard).toEqual(["run.succeeded", "run.succeeded", "run.failed"]);
    expect(said.filter((line) => line.includes("dropped"))).toEqual([
      "a listener of events threw and is dropped: not listening",
    ]);
    expect(node.port.status().runs).toMatchObject({ active: 0, succeeded: 2, failed: 1 });
  });

  it("runs with a log that throws", async () => {
    const fail = (): never => {
      throw new Error("the disk is full");
    };
    const node = await started({ error: fail, warn: fail, info: fail, debug: fail, child: fail });
    expect(await node.request(GOAL)).toMatchObject({ status: "succeeded" });
    await expect(node.request({ products: ["test.nothing"] })).rejects.toMatchObject({ code: "NO_PLAN" });
    expect((await node.fetch(new Request("http://node/api/v1/workflows/runs"))).status).toBe(200);
  });
});
