import { afterAll, describe, expect, it } from "vitest";
import { defineKernel, type Kernel, type Pool } from "../../../src/contracts/pool.js";
import { featureMatrixKernel } from "../../../src/engines/features/feature-matrix.js";
import { riskModelKernel } from "../../../src/engines/risk/risk-model.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { ENGINES } from "../../../src/node/catalogue/engines.js";
import { createNodePool } from "../../../src/node/node-pool.js";

const KERNELS = ENGINES.flatMap(({ kernels }) => kernels);

describe("createNodePool", () => {
  const pools: Pool[] = [];
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  function poolOf(kernels: readonly Kernel[]): Pool {
    const pool = createNodePool(new VirtualClock(), kernels);
    pools.push(pool);
    return pool;
  }

  it("runs on its threads what the engines of the build declare", async () => {
    const close = Float64Array.from({ length: 30 }, (_, bar) => 100 + Math.sin(bar));
    const figures = await poolOf(KERNELS).run(riskModelKernel, { close, symbols: 1, bars: 30 });
    expect(figures.volatilityAnnual[0]).toBeGreaterThan(0);
  });

  it("loads no more than what is declared", async () => {
    await expect(poolOf([riskModelKernel]).run(featureMatrixKernel, {} as never)).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining("no kernel features.matrix: its engine must declare it"),
    });
  });

  it("refuses two kernels of one name", () => {
    const other = defineKernel("risk.model", import.meta.url, () => 1);
    expect(() => createNodePool(new VirtualClock(), [...KERNELS, ...KERNELS])).not.toThrow();
    expect(() => createNodePool(new VirtualClock(), [...KERNELS, other])).toThrow(
      /^kernel risk\.model is in .* and in /,
    );
  });
});

describe("the kernels of the build", () => {
  it.each(KERNELS.map((kernel) => [kernel.name, kernel] as const))(
    "%s is exported by its module",
    async (_, kernel) => {
      const module = (await import(kernel.module)) as object;
      expect(Object.values(module)).toContain(kernel);
    },
  );
});
