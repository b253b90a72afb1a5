import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { LOG_LEVELS } from "../../../src/contracts/logger.js";

const LOGGER = new URL("../../../src/kernel/pino-logger.ts", import.meta.url).href;

/** The lines that a program writes which ends at once, by channel. */
function outputOf(program: string): { stdout: string; lines: Record<string, unknown>[] } {
  const source = `import { createLogger } from "${LOGGER}";\n${program}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", source],
    { encoding: "utf8", timeout: 20_000 },
  );
  expect(status, stderr).toBe(0);
  const lines = stderr.split("\n").slice(0, -1);
  return { stdout, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("createLogger", () => {
  it("writes what its level lets through, on stderr, before the process exits", () => {
    const { stdout, lines } = outputOf(`
      for (const level of ${JSON.stringify(LOG_LEVELS)}) {
        const log = createLogger(level);
        for (const name of ["error", "warn", "info", "debug"]) log[name]({ logger: level }, name);
      }
      process.exit(0);
    `);
    const written = LOG_LEVELS.map((level) => lines.filter(({ logger }) => logger === level).map(({ msg }) => msg));
    expect(written).toEqual([
      [],
      ["error"],
      ["error", "warn"],
      ["error", "warn", "info"],
      ["error", "warn", "info", "debug"],
    ]);
    expect(stdout).toBe("");
  });

  it("writes fields, those of the parents included, and errors with their stack", () => {
    const { lines } = outputOf(`
      const child = createLogger("info").child({ nodeId: "a" }).child({ engineId: "B" });
      child.info({ queue: 3 }, "full");
      child.debug({}, "unseen");
      child.error({ err: new RangeError("too far") }, "failed");
    `);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toEqual({
      level: expect.any(Number),
      time: expect.any(Number),
      nodeId: "a",
      engineId: "B",
      queue: 3,
      msg: "full",
    });
    expect(lines[1]).toMatchObject({
      nodeId: "a",
      msg: "failed",
      err: { type: "RangeError", message: "too far", stack: expect.stringContaining("RangeError: too far") },
    });
  });
});
