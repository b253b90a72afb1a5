import { describe, expect, it } from "vitest";
import { z } from "zod";
import { product } from "../../../src/contracts/product.js";
import { defineWorkflow, goalRequest, workflowNamed, type WorkflowOptions } from "../../../src/contracts/workflow.js";

const Order = product("tea.order", {
  version: 2,
  channel: "engineLogic",
  description: "What is to be made.",
  schema: z.object({ cups: z.int().max(4), sort: z.string().default("green") }),
});
const Tea = product("tea.cups", { version: 1, channel: "engineLogic", description: "Made.", schema: z.object({}) });

const request = z.strictObject({ cups: z.int().min(1).default(1).describe("How many."), sort: z.string().optional() });
const options: WorkflowOptions<typeof request> = {
  name: "brew",
  description: "Tea.",
  request,
  facts: ({ cups, sort }) => [[Order, { cups, sort }]],
  wants: { tea: Tea },
};

describe("defineWorkflow", () => {
  it("takes the fields of its request and those of every run, and nothing else", () => {
    const brew = defineWorkflow(options);
    expect(Object.keys(brew.request.shape)).toEqual(["cups", "sort", "preference", "fresh", "deadlineMs"]);
    expect(brew.request.parse({ fresh: true })).toEqual({
      cups: 1,
      preference: "balanced",
      fresh: true,
      deadlineMs: 10_000,
    });
    expect(brew.request.safeParse({ sugar: 1 }).error?.issues[0]).toMatchObject({ keys: ["sugar"] });
    expect(brew).toMatchObject({ name: "brew", wants: { tea: "tea.cups@1" }, supplies: ["tea.order@2"] });
  });

  it("gives the facts as their products' schemas take them", () => {
    const { request: asked, facts } = defineWorkflow(options);
    expect(facts(asked.parse({ cups: 3 }))).toEqual({ "tea.order@2": { cups: 3, sort: "green" } });
    expect(() => facts(asked.parse({ cups: 5 }))).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        message: expect.stringMatching(/^facts\.tea\.order@2\.cups: /),
      }),
    );
  });

  it("takes an example for what is supplied where a request needs fields", () => {
    const needing = z.strictObject({ cups: z.int() });
    const of = (examples: WorkflowOptions<typeof needing>["examples"]): unknown =>
      defineWorkflow({
        ...options,
        request: needing,
        facts: ({ cups }) => [[Order, { cups }]],
        examples: examples ?? {},
      });
    expect(of({ two: { summary: "Two", value: { cups: 2 } } })).toMatchObject({ supplies: ["tea.order@2"] });
    expect(() => of({})).toThrow(RangeError);
    expect(() => of({ none: { summary: "None", value: {} } })).toThrow(/^workflow brew: examples: /);
  });

  it.each<[string, object]>([
    ['workflow name "Brew"', { name: "Brew" }],
    ["workflow brew: wants", { wants: {} }],
    [
      "workflow brew: request: every request has a field fresh already",
      { request: z.strictObject({ fresh: z.string() }) },
    ],
    ["workflow brew: request: must be a zod object", { request: {} }],
    ["workflow brew: request: what is refined", { request: request.refine(() => true) }],
    ["workflow brew: facts.tea.order@2", { facts: () => [[Order, {}]] }],
  ])("refuses at once what does not fit: %s", (message, change) => {
    const define = (): unknown => defineWorkflow({ ...options, ...change });
    expect(define).toThrow(RangeError);
    expect(define).toThrow(message);
  });
});

describe("goalRequest", () => {
  it("asks for products before the fields of the domain", () => {
    const goal = goalRequest(request);
    expect(Object.keys(goal.shape)).toEqual(["products", "facts", "cups", "sort", "preference", "fresh", "deadlineMs"]);
    expect(goal.safeParse({ cups: 2 }).success).toBe(false);
    expect(() => goalRequest(z.strictObject({ products: z.string() }))).toThrow("products");
  });
});

describe("workflowNamed", () => {
  it("says which there are where there is none of the name", () => {
    const brew = defineWorkflow(options);
    expect(workflowNamed("brew", [brew])).toBe(brew);
    expect(() => workflowNamed("bake", [brew])).toThrow(
      expect.objectContaining({ code: "NOT_FOUND", details: { known: ["brew"] } }),
    );
  });
});
