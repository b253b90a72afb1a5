import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createNode,
  defineEngine,
  operation,
  product,
  type EngineBehaviour,
  type EngineDefinition,
  type NautilusError,
  type Operation,
  type Product,
} from "../../../src/index.js";

const Sound = productOf(z.object({ n: z.number() }));

function productOf(schema: z.ZodType): Product {
  return product("test.value", { version: 1, channel: "engineLogic", description: "A value.", schema });
}

function giving(gives: Product, n = 1): Operation {
  return operation({ name: "give", version: 1, needs: {}, gives, run: () => ({ n }) });
}

function engineOf(create: () => unknown): EngineDefinition {
  return defineEngine({ id: "BROKEN", name: "Broken", version: "1.0.0", create: create as () => EngineBehaviour });
}

function refusal(definitions: unknown): NautilusError {
  try {
    createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions: definitions as EngineDefinition[] });
  } catch (thrown) {
    return thrown as NautilusError;
  }
  throw new Error("it was taken");
}

describe("createNode, with an engine that is broken", () => {
  it.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("not today");
      },
      "engine BROKEN: create threw: not today",
    ],
    ["gives nothing", () => undefined, "engine BROKEN: create: must give an object, at once"],
    ["is asynchronous", async () => ({ operations: [giving(Sound)] }), "engine BROKEN: create: must give an object"],
    ["gives a list", () => [giving(Sound)], "engine BROKEN: create: must give an object"],
    ["gives no list of operations", () => ({ operations: giving(Sound) }), "engine BROKEN: operations: must be a list"],
    [
      "gives an operation twice",
      () => ({ operations: [giving(Sound, 1), giving(Sound, 2)] }),
      "engine BROKEN: operation give@1 is declared twice",
    ],
    [
      "gives a product without a schema",
      () => ({ operations: [giving({ ...Sound, schema: null as never })] }),
      "engine BROKEN: operations.0: operation give: gives: must be what product() makes, with a zod schema",
    ],
    [
      "gives a product whose schema cannot be written",
      () => ({ operations: [giving(productOf(z.lazy(() => undefined as never)))] }),
      "engine BROKEN: operation give: gives: the schema of test.value@1 cannot be written as JSON Schema: ",
    ],
  ])("names it and what is wrong where create %s", (_, create, words) => {
    const error = refusal([engineOf(create)]);
    expect(error).toMatchObject({ name: "NautilusError", code: "INVALID_INPUT" });
    expect(error.message).toContain(words);
  });

  it("names the place of what is no engine", () => {
    for (const other of [undefined, {}, { id: "X", create: () => ({}) }]) {
      expect(refusal([other])).toMatchObject({
        code: "INVALID_INPUT",
        message: "definitions.0: no engine that defineEngine made",
      });
    }
    expect(refusal("engines")).toMatchObject({ code: "INVALID_INPUT", message: "definitions: must be a list" });
  });

  it("says the same of a create that fails later", async () => {
    let asynchronous = false;
    const definition = engineOf(() => (asynchronous ? Promise.resolve() : { operations: [giving(Sound)] }));
    const node = createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions: [definition] });
    asynchronous = true;
    await node.start();
    const broken = node.port.engines().find(({ engineId }) => engineId === "BROKEN");
    expect(broken?.health.reasons.join()).toContain("engine BROKEN: create: must give an object, at once");
    await node.stop();
  });
});
