// The package as another program uses it: imported from dist, and gone when it is stopped.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { Program, ROOT } from "./support/program.js";

const INDEX = JSON.stringify(new URL("dist/index.js", pathToFileURL(ROOT)).href);

const EMBEDDED = `
  import { createNode } from ${INDEX};
  const options = { speed: "max", universe: 6, logLevel: "silent" };
  const nodes = [createNode({ ...options, seed: 1 }), createNode({ ...options, seed: 1, speed: 1 })];
  await Promise.all(nodes.map((node) => node.start()));
  const goal = { products: ["portfolio.allocation", "allocation.margin"], asOf: "2016-02-12" };
  const runs = await Promise.all(nodes.map((node) => node.request(goal)));
  const health = await nodes[1].fetch(new Request("http://node/health"));
  await Promise.all(nodes.map((node) => node.stop()));
  console.log(JSON.stringify({
    same: JSON.stringify(runs[0].result) === JSON.stringify(runs[1].result),
    statuses: runs.map(({ status }) => status),
    health: health.status,
  }));
`;

const KERNELS = `
  import { defineKernel } from ${INDEX};
  import { isMainThread } from "node:worker_threads";
  export const square = defineKernel("test.square", import.meta.url, (n) => ({ square: n * n, onThread: !isMainThread }));
`;

const WITH_KERNELS = (url: string): string => `
  import { createNode, defineEngine, operation, product } from ${INDEX};
  import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
  import { square } from ${JSON.stringify(url)};
  const Square = product("test.square", {
    version: 1,
    channel: "engineLogic",
    description: "A square.",
    schema: z.object({ square: z.number(), onThread: z.boolean() }),
  });
  const squaring = operation({
    name: "square",
    version: 1,
    needs: {},
    gives: Square,
    run: (_, { pool }) => pool.run(square, 12),
  });
  const head = { id: "SQUARE_ENGINE", name: "Squares", version: "1.0.0" };
  const engine = defineEngine({ ...head, kernels: [square], operations: [squaring] });
  const node = createNode({ feed: false, engines: [], logLevel: "silent" }, { definitions: [engine] });
  await node.start();
  const { result } = await node.request({ products: ["test.square"] });
  await node.stop();
  console.log(JSON.stringify(result));
`;

/** Nothing may hold the process open for longer than its own end takes. */
const EXIT_MS = 3000;

describe("the package", () => {
  it("lets a program end by itself once its nodes are stopped", async () => {
    const program = new Program(process.execPath, ["--input-type=module", "--eval", EMBEDDED]);
    try {
      const [line] = await program.prints(/^\{.*\}$/m);
      const stopped = performance.now();
      expect(JSON.parse(line)).toEqual({ same: true, statuses: ["succeeded", "succeeded"], health: 200 });
      expect(await program.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - stopped).toBeLessThan(EXIT_MS);
      expect(program.err).toBe("");
    } finally {
      await program.remove();
    }
  });

  it("runs the kernels of an engine of one's own on its threads", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nautilus-kernels-"));
    const file = join(folder, "kernels.mjs");
    writeFileSync(file, KERNELS);
    const source = WITH_KERNELS(pathToFileURL(file).href);
    const program = new Program(process.execPath, ["--input-type=module", "--eval", source]);
    try {
      expect(await program.exited).toEqual({ code: 0, signal: null });
      expect(JSON.parse(program.out)).toEqual({ "test.square": { square: 144, onThread: true } });
    } finally {
      await program.remove();
      rmSync(folder, { recursive: true });
    }
  });

  it("does nothing by being imported", async () => {
    const importing = `await import(${INDEX}); console.log(process.getActiveResourcesInfo().join());`;
    const program = new Program(process.execPath, ["--input-type=module", "--eval", importing]);
    try {
      expect(await program.exited).toEqual({ code: 0, signal: null });
      expect(program.out).not.toMatch(/Timeout|Immediate|MessagePort|TCP|Signal|Server/);
    } finally {
      await program.remove();
    }
  });
});
