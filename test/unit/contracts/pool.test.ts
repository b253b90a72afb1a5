import { describe, expect, it } from "vitest";
import { defineEngine } from "../../../src/contracts/engine.js";
import { defineKernel, isKernel } from "../../../src/contracts/pool.js";

const half = defineKernel("test.half", import.meta.url, (n: number) => n / 2);

describe("defineKernel", () => {
  it("knows the module that a thread loads it from", () => {
    expect(half).toMatchObject({ name: "test.half", module: import.meta.url });
    expect(isKernel(half)).toBe(true);
    expect(half.run(3)).toBe(1.5);
  });

  it.each([
    ["no URL", "./kernels.js", Math.sqrt],
    ["a function in its place", Math.sqrt, undefined],
    ["no function", import.meta.url, 1],
  ])("refuses %s", (_, module, run) => {
    expect(() => defineKernel("test.bad", module as never, run as never)).toThrow(/^kernel test\.bad: /);
  });
});

describe("defineEngine", () => {
  const header = { id: "HALF_ENGINE", name: "Half", version: "1.0.0" };

  it("takes the kernels of an engine, and nothing that is none", () => {
    expect(defineEngine({ ...header, kernels: [half] }).kernels).toEqual([half]);
    expect(defineEngine(header).kernels).toEqual([]);
    expect(() => defineEngine({ ...header, kernels: [half, Math.sqrt as never] })).toThrow(
      "engine HALF_ENGINE: kernels.1: must be what defineKernel makes",
    );
  });

  it("hands an engine that reads the feed the node's, and one without a say to who only asks what it declares", () => {
    const names: string[] = [];
    const reader = defineEngine({
      ...header,
      readsFeed: true,
      create: ({ feed }) => {
        names.push(feed.status().name);
        return {};
      },
    });
    const feed = { start: async () => {}, stop: async () => {}, status: () => ({ ...idle, name: "brook" }) };
    reader.create(feed);
    reader.create();
    expect(names).toEqual(["brook", "none"]);
    expect([reader.readsFeed, defineEngine(header).readsFeed]).toEqual([true, false]);
  });
});

const idle = { description: "", state: "idle", problems: [] } as const;
