import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createNode,
  defineEngine,
  NautilusError,
  operation,
  product,
  type EngineDefinition,
  type Node,
} from "../../../src/index.js";

const Value = product("test.value", {
  version: 1,
  channel: "engineLogic",
  description: "A value.",
  schema: z.object({ n: z.union([z.number(), z.bigint()]) }),
});

function giving(run: () => { n: number | bigint }): EngineDefinition {
  const give = operation({ name: "give", version: 1, needs: {}, gives: Value, run });
  return defineEngine({ id: "GIVER", name: "Giver", version: "1.0.0", operations: [give] });
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe("the answers of a node", () => {
  let node: Node;
  afterEach(() => node.stop());

  async function ask(path: string, body?: unknown): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await node.fetch(new Request(`http://node${path}`, init));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function serve(run: () => { n: number | bigint }): Promise<void> {
    node = createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions: [giving(run)] });
    await node.start();
  }

  const GOAL = { products: ["test.value"] };

  it("show an error whose details are no JSON under its own code, and go on listing its run", async () => {
    await serve(() => {
      const details: Record<string, unknown> = { count: 7n, made: () => 1, symbol: "ANT" };
      details["self"] = details;
      throw new NautilusError("NO_HISTORY", "too short", { details });
    });
    const { status, body } = await ask("/api/v1/goals", GOAL);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: "NO_HISTORY", details: { count: "7", symbol: "ANT", step: "GIVER.give@1" } });
    const { body: list, status: listed } = await ask("/api/v1/workflows/runs");
    expect(listed).toBe(200);
    expect(list).toMatchObject({ runs: [{ error: { code: "NO_HISTORY", details: { count: "7" } } }] });
  });

  it("show an error of an unknown code, or one that was written into, as a bug", async () => {
    let thrown = 0;
    await serve(() => {
      thrown += 1;
      if (thrown === 1) throw new NautilusError("TEAPOT" as never, "short and stout", { retryable: false });
      throw Object.assign(new NautilusError("NO_HISTORY", "too short"), { code: "TEAPOT", details: { count: 7n } });
    });
    for (const words of ["short and stout", "too short"]) {
      const { status, body } = await ask("/api/v1/goals", { ...GOAL, fresh: true });
      expect(status).toBe(500);
      expect(body).toMatchObject({ code: "INTERNAL", detail: expect.stringContaining(words) });
    }
    expect((await ask("/api/v1/workflows/runs")).status).toBe(200);
  });

  it("name the operation and the product of a result that cannot be written", async () => {
    await serve(() => ({ n: 7n }));
    const { status, body } = await ask("/api/v1/goals", GOAL);
    expect(status).toBe(500);
    expect(body).toMatchObject({
      code: "INTERNAL",
      detail: "GIVER.give@1 gave a test.value@1 that cannot be written as JSON: n is a bigint",
    });
    expect((await ask(`/api/v1/workflows/runs/${String(body["runId"])}`)).status).toBe(200);
  });
});
