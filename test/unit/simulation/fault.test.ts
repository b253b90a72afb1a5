import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { drawFaults } from "../../../src/simulation/draw-faults.js";
import { FAULT_KINDS } from "../../../src/simulation/fault-kinds.js";
import { faultText, lastEndMs, parseFault } from "../../../src/simulation/fault.js";
import { property } from "../../support/property.js";

const TARGETS = { nodes: ["a", "b"], engines: ["E_1"], instances: ["E_1.1@a", "E_1.2@node-b.x"] };

describe("parseFault", () => {
  it("reads what a person writes", () => {
    expect(parseFault("crash:a@60000+5000")).toEqual({
      kind: "crash",
      target: "a",
      atMs: 60_000,
      forMs: 5000,
      amount: 0,
    });
    expect(parseFault("engine_crash:E_1.1@a@5+0")).toMatchObject({ target: "E_1.1@a", atMs: 5, forMs: 0 });
    expect(parseFault("drop@1+2*0.25")).toMatchObject({ target: "", amount: 0.25 });
  });

  it.each(["", "crash", "crash:a", "crash:a@1", "crash@1+", "drop@1+2*", "crash:a@-1+2", "crash:a@1.5+2"])(
    "refuses %o",
    (text) => {
      expect(parseFault(text)).toBeUndefined();
    },
  );

  property([fc.nat()])("reads every fault that is drawn as it was written", (seed) => {
    const plan = { random: createRandom(seed), kinds: FAULT_KINDS, targets: TARGETS, quietMs: 60_000 };
    for (const fault of drawFaults({ ...plan, horizonMs: 600_000 })) {
      expect(parseFault(faultText(fault))).toEqual(fault);
    }
  });
});

describe("drawFaults", () => {
  const draw = (seed: number, horizonMs: number, kinds = FAULT_KINDS): ReturnType<typeof drawFaults> =>
    drawFaults({ random: createRandom(seed), kinds, targets: TARGETS, horizonMs, quietMs: 120_000 });

  it("gives the same for the same seed, and every kind sooner or later", () => {
    expect(draw(5, 3_600_000)).toEqual(draw(5, 3_600_000));
    const kinds = new Set(
      Array.from({ length: 20 }, (_, seed) => draw(seed, 3_600_000))
        .flat()
        .map(({ kind }) => kind),
    );
    expect(kinds).toEqual(new Set(FAULT_KINDS.map(({ name }) => name)));
  });

  it("leaves quiet in which to heal at the end, and none to strike where time is too short", () => {
    for (let seed = 0; seed < 50; seed += 1) expect(lastEndMs(draw(seed, 3_600_000))).toBeLessThanOrEqual(3_480_000);
    expect(draw(1, 100_000)).toEqual([]);
  });

  it("strikes no network where there is one node", () => {
    const network = FAULT_KINDS.filter(({ strikes }) => strikes === "network");
    const plan = { random: createRandom(1), kinds: network, horizonMs: 3_600_000, quietMs: 60_000 };
    expect(drawFaults({ ...plan, targets: { ...TARGETS, nodes: ["a"] } })).toEqual([]);
  });
});
