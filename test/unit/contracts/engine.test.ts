import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  defineEngine,
  operation,
  operationId,
  stream,
  type EngineBehaviour,
  type EngineOptions,
} from "../../../src/contracts/engine.js";
import { product } from "../../../src/contracts/product.js";

const options = { version: 1, channel: "engineLogic", description: "…", schema: z.number() } as const;
const Radius = product("circle.radius", options);
const Area = product("circle.area", options);

const declared = {
  name: "measure_area",
  version: 2,
  needs: { radius: Radius },
  gives: Area,
  run: ({ radius }: { readonly radius: number }) => Math.PI * radius ** 2,
};

describe("operation", () => {
  it("uses nothing and has no effects unless it says so", () => {
    expect(operation(declared)).toEqual({ ...declared, uses: [], effects: false });
    const outgoing = operation({ ...declared, uses: [Radius], effects: true });
    expect(outgoing).toMatchObject({ uses: [Radius], effects: true });
  });

  it("keeps how it pins and rates its output", () => {
    const pin = (area: number): Record<string, number> => ({ [Radius.key]: area });
    const quality = (): number => 1;
    expect(operation({ ...declared, pin, quality })).toMatchObject({ pin, quality });
  });

  it.each(["", "Measure", "measure-area", "measureArea", "1measure", "_measure", "measure area", "a.b"])(
    "refuses the name %j",
    (name) => {
      expect(() => operation({ ...declared, name })).toThrow(
        new RangeError(`operation name "${name}" must be snake case`),
      );
    },
  );

  it.each([0, -3, 0.5, NaN, Infinity])("refuses the version %d", (version) => {
    expect(() => operation({ ...declared, version })).toThrow(RangeError);
    expect(() => operation({ ...declared, version })).toThrow("measure_area: version must be a positive integer");
  });

  it("refuses to need one product twice, under whatever names", () => {
    const again = product("circle.radius", options);
    expect(() => operation({ ...declared, needs: { inner: Radius, outer: again }, run: () => 1 })).toThrow(
      new RangeError("operation measure_area needs circle.radius@1 twice"),
    );
    const newer = product("circle.radius", { ...options, version: 2 });
    expect(operation({ ...declared, needs: { inner: Radius, outer: newer }, run: () => 1 }).name).toBe("measure_area");
  });
});

describe("operationId", () => {
  it("names engine, operation and version", () => {
    expect(operationId("CIRCLE_ENGINE", operation(declared))).toBe("CIRCLE_ENGINE.measure_area@2");
  });
});

describe("defineEngine", () => {
  const header = { id: "CIRCLE_ENGINE", name: "Circle Engine", version: "1.0.0" };

  it("fills in what is not declared", () => {
    expect(defineEngine({ ...header, operations: [operation(declared)] })).toMatchObject({
      ...header,
      roles: [],
      capabilities: [],
      preferences: [],
      limits: { concurrency: 4, queue: 256 },
    });
  });

  it("hands out inline operations and streams at every start", () => {
    const behaviour: EngineBehaviour = {
      operations: [operation(declared)],
      streams: [stream({ on: Radius, handle: () => undefined })],
      publishes: [Area],
    };
    const engine = defineEngine({ ...header, ...behaviour });
    expect(engine.create()).toMatchObject(behaviour);
    expect(engine.create()).toMatchObject(behaviour);
  });

  it("creates anew for every start, and not when it is declared", () => {
    const created: EngineBehaviour[] = [];
    const create = (): EngineBehaviour => {
      created.push({ operations: [operation(declared)] });
      return created.at(-1)!;
    };
    const engine = defineEngine({ ...header, create });
    expect(created).toEqual([]);
    expect(engine.create()).not.toBe(engine.create());
    expect(created).toHaveLength(2);
  });

  it("remembers where it was declared", () => {
    expect(defineEngine(header).definedAt).toContain("engine.test.ts");
  });

  const preference = {
    engineId: "ML_ENGINE",
    relationship: "primary",
    direction: "output",
    latencyMs: 10,
    reliabilityPct: 99.5,
  } as const;

  it("keeps what is declared", () => {
    const full = {
      ...header,
      roles: ["analytics"],
      capabilities: ["factor_calculation"],
      preferences: [preference],
      limits: { concurrency: 1, queue: 1 },
    } as const;
    expect(defineEngine(full)).toMatchObject(full);
  });

  it.each<[field: string, change: object]>([
    ["id", { id: "circle_engine" }],
    ["id", { id: "C" }],
    ["id", { id: "CIRCLE-ENGINE" }],
    ["id", { id: `C${"X".repeat(64)}` }],
    ["name", { name: "" }],
    ["name", { name: "n".repeat(129) }],
    ["version", { version: "1.0" }],
    ["version", { version: "1.0.0-beta" }],
    ["roles.1", { roles: ["analytics", "Oracle"] }],
    ["capabilities.0", { capabilities: ["clair-voyance"] }],
    ["preferences.0.latencyMs", { preferences: [{ ...preference, latencyMs: 0 }] }],
    ["preferences.0.reliabilityPct", { preferences: [{ ...preference, reliabilityPct: 101 }] }],
    ["preferences.0.relationship", { preferences: [{ ...preference, relationship: "best" }] }],
    ["limits.concurrency", { limits: { concurrency: 0, queue: 1 } }],
    ["limits.queue", { limits: { concurrency: 1, queue: 1.5 } }],
  ])("refuses a bad %s and names it (%j)", (field, change) => {
    const bad = { ...header, ...change } as EngineOptions;
    expect(() => defineEngine(bad)).toThrow(RangeError);
    expect(() => defineEngine(bad)).toThrow(`engine ${bad.id}: ${field}: `);
  });
});

describe("defineEngine, of operations that do not fit", () => {
  const head = { id: "CIRCLE_ENGINE", name: "Circles", version: "1.0.0" };

  it("refuses two operations of one name and version, and takes two versions", () => {
    const twins = [operation(declared), operation({ ...declared, run: () => 0 })];
    expect(() => defineEngine({ ...head, operations: twins })).toThrow(
      new RangeError("engine CIRCLE_ENGINE: operation measure_area@2 is declared twice"),
    );
    const versions = [operation(declared), operation({ ...declared, version: 3 })];
    expect(defineEngine({ ...head, operations: versions }).create().operations).toHaveLength(2);
  });

  const made = operation(declared);
  it.each([
    [{ operations: made }, "operations: must be a list"],
    [{ operations: [undefined] }, "operations.0: must be what operation() makes"],
    [{ operations: [{ ...made, name: "A" }] }, 'operations.0: operation name "A" must be snake case'],
    [{ operations: [{ ...made, uses: undefined }] }, "operation measure_area: uses: must be a list"],
    [{ operations: [{ ...made, run: 1 }] }, "operation measure_area: run: must be a function"],
    [{ operations: [{ ...made, needs: null }] }, "operation measure_area: needs: must be products by name"],
    [
      { operations: [{ ...made, needs: { radius: {} } }] },
      "operation measure_area: needs.radius: must be what product()",
    ],
    [
      { operations: [{ ...made, gives: { ...Area, schema: null } }] },
      "operation measure_area: gives: must be what product()",
    ],
    [{ streams: {} }, "streams: must be a list"],
    [{ streams: [{ on: Area }] }, "streams.0: handle: must be a function"],
    [{ streams: [{ on: "area", handle: () => undefined }] }, "streams.0: on: must be what product()"],
    [{ publishes: [null] }, "publishes.0: must be what product()"],
    [{ start: "now" }, "start: must be a function"],
    [{ create: "now" }, "create: must be a function"],
  ])("refuses %#", (behaviour, words) => {
    const define = (): unknown => defineEngine({ ...head, ...(behaviour as object) });
    expect(define).toThrow(RangeError);
    expect(define).toThrow(words);
    expect(define).toThrow("engine CIRCLE_ENGINE: ");
  });
});
