// A full disk under the output. Lost log lines never matter; a command whose answer is lost has failed.
import { expect, it } from "vitest";
import { FULL_DISK, hasFullDisk } from "../support/full-disk.js";
import { inForm } from "../support/in-form.js";
import { describeWith } from "../support/requirements.js";
import { servingNode } from "./support/node-process.js";
import { Program, PROGRAM } from "./support/program.js";

const STOP_LIMIT_MS = 5000;

/** With one of its outputs on the full disk: 1 is stdout, 2 is stderr. */
function onFullDisk(output: 1 | 2, args: readonly string[]): Program {
  return new Program("sh", ["-c", `exec "$0" "$@" ${output}>${FULL_DISK}`, process.execPath, PROGRAM, ...args]);
}

describeWith(hasFullDisk, "a node whose log is on a full disk", () => {
  it.each(inForm({ short: ["error", "debug"], long: ["error", "warn", "info", "debug"] }))(
    "serves, drains and ends, logging at %s",
    async (level) => {
      const program = onFullDisk(2, [
        "start",
        "--port",
        "0",
        "--speed",
        "max",
        "--universe",
        "8",
        "--log-level",
        level,
      ]);
      try {
        const node = await servingNode(program);
        expect((await node.execute()).run.status).toBe("succeeded");
        const began = performance.now();
        program.signal("SIGTERM");
        expect(await program.exited).toEqual({ code: 0, signal: null });
        expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
      } finally {
        await program.remove();
      }
    },
  );
});

describeWith(hasFullDisk, "a command whose output is on a full disk", () => {
  it.each([[["--help"]], [["start", "--port", "0", "--log-level", "error"]]])(
    "says so in one line and fails: %s",
    async (args) => {
      const program = onFullDisk(1, args);
      try {
        expect(await program.exited).toEqual({ code: 1, signal: null });
        expect(program.err).toMatch(/^nautilus: the output cannot be written: ENOSPC.*\n$/);
      } finally {
        await program.remove();
      }
    },
  );
});
