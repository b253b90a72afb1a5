// An event loop that never turns again cannot be stopped from within: the watch must name the culprit and end the process.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FULL_DISK, hasFullDisk } from "../support/full-disk.js";
import { describeWith } from "../support/requirements.js";

const WATCH = new URL("../../dist/kernel/stall-watch.js", import.meta.url).href;
const CLOCK = new URL("../../dist/kernel/system-clock.js", import.meta.url).href;

const PROGRAM = `
  const { watchStalls } = await import("${WATCH}");
  const { systemClock } = await import("${CLOCK}");
  const stop = watchStalls({ clock: systemClock, limitMs: 1000 });
  function engineThatNeverEnds() { for (;;); }
  if (process.argv[1] === "stall") setTimeout(engineThatNeverEnds, 200);
  else setTimeout(stop, 200);
`;

function run(
  how: "stall" | "stop",
  stderrTo: "pipe" | number = "pipe",
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM, how], {
      stdio: ["ignore", "ignore", stderrTo],
      // Should the watch fail, the loop must not outlive the test.
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("close", (code) => {
      resolve({ code, stderr });
    });
  });
}

describe("watchStalls", () => {
  it("names the function that never ends, and ends the process with code 1", async () => {
    const { code, stderr } = await run("stall");
    expect(code).toBe(1);
    expect(stderr).toContain("engineThatNeverEnds at ");
    expect(stderr).toContain("the event loop did not turn for 1 s");
  });

  it("holds nothing open once it is stopped", async () => {
    expect(await run("stop")).toEqual({ code: 0, stderr: "" });
  });
});

describeWith(hasFullDisk, "watchStalls on a full disk", () => {
  it("ends the process all the same", async () => {
    const disk = openSync(FULL_DISK, "w");
    try {
      expect((await run("stall", disk)).code).toBe(1);
    } finally {
      closeSync(disk);
    }
  });
});
