// The end of a node, wished for or not: what is in flight is answered, the exit code is true, and nothing is left behind.
import { describe, expect, it } from "vitest";
import { PORTFOLIO, servingNode, startNode, type NodeProcess } from "./support/node-process.js";
import { Program, PROGRAM, ROOT } from "./support/program.js";

const STOP_LIMIT_MS = 5000;
const FAST = ["--speed", "max", "--universe", "8"];

/** Sends a program SIGTERM as soon as it listens, which is before it has loaded anything. */
const SIGNAL_AT_ONCE = `data:text/javascript,
  process.once("newListener", () => setImmediate(() => process.kill(process.pid, "SIGTERM")));
`;

/** Resolves once the run just posted has begun. */
async function runInFlight(node: NodeProcess): Promise<void> {
  for (;;) {
    const { active, queued } = (await node.status()).runs;
    if (active + queued > 0) return;
  }
}

describe("SIGTERM", () => {
  it("lets a run in flight be answered, and ends with 0", async () => {
    const node = await startNode(FAST);
    try {
      // The first run loads the threads: on a busy machine that takes longer than a drain may.
      await node.execute();
      const answer = node.execute({ fresh: true, preference: "best", lookbackBars: 500 });
      await runInFlight(node);
      const began = performance.now();
      node.program.signal("SIGTERM");
      const [{ run }, exit] = await Promise.all([answer, node.program.exited]);
      expect(run.status).toBe("succeeded");
      expect(exit).toEqual({ code: 0, signal: null });
      expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
    } finally {
      await node.program.remove();
    }
  });

  it("ends a node that is idle at once, and one that is still starting", async () => {
    const node = await startNode(FAST);
    const starting = new Program(process.execPath, [
      `${ROOT}dist/main.js`,
      "start",
      "--port",
      "0",
      "--universe",
      "1000",
    ]);
    try {
      await starting.prints(/starting/);
      const began = performance.now();
      node.program.signal("SIGTERM");
      starting.signal("SIGTERM");
      expect(await Promise.all([node.program.exited, starting.exited])).toEqual([
        { code: 0, signal: null },
        { code: 0, signal: null },
      ]);
      expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
      expect(node.program.err).toContain("SIGTERM: draining");
    } finally {
      await Promise.all([node.program.remove(), starting.remove()]);
    }
  });
});

describe("a SIGTERM while the program loads", () => {
  async function exitOf(...args: string[]): Promise<{ exit: unknown; out: string }> {
    const program = new Program(process.execPath, ["--import", SIGNAL_AT_ONCE, PROGRAM, ...args]);
    try {
      return { exit: await program.exited, out: program.out };
    } finally {
      await program.remove();
    }
  }

  it("ends a node with 0, before it serves", async () => {
    expect(await exitOf("start", "--port", "0")).toEqual({ exit: { code: 0, signal: null }, out: "" });
  });

  it("ends any other command as a signal does", async () => {
    expect(await exitOf("doctor", "--port", "0")).toEqual({ exit: { code: null, signal: "SIGTERM" }, out: "" });
  });
});

describe("a node whose output nobody reads any more", () => {
  it("still serves, drains and ends", async () => {
    const node = await startNode(FAST);
    try {
      node.program.stopReading();
      expect((await node.execute()).run.status).toBe("succeeded");
      const began = performance.now();
      node.program.signal("SIGTERM");
      expect(await node.program.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
    } finally {
      await node.program.remove();
    }
  });
});

describe("a second SIGTERM", () => {
  it("ends the node at once, whatever it still does", async () => {
    const node = await startNode(["--speed", "max", "--universe", "200"]);
    try {
      const universe = Array.from({ length: 200 }, (_, index) => `SYN${String(index + 1).padStart(4, "0")}`);
      const cut = expect(node.post(PORTFOLIO, { universe, lookbackBars: 750 })).rejects.toThrow();
      await runInFlight(node);
      node.program.signal("SIGTERM");
      await node.program.complains(/SIGTERM: draining/);
      // A signal right after the first one counts as the same: it takes one more.
      while (!node.program.hasExited) {
        node.program.signal("SIGTERM");
        await node.fetch("/health").then(
          (response) => response.text(),
          () => node.program.exited,
        );
      }
      expect(await node.program.exited).toEqual({ code: 1, signal: null });
      expect(node.program.err).toContain("SIGTERM again: ending at once");
      await cut;
    } finally {
      await node.program.remove();
    }
  });
});

describe("SIGKILL", () => {
  it("leaves a port that the next start can take", async () => {
    const node = await startNode(FAST);
    await node.program.remove();
    const again = await startNode([...FAST, "--port", node.port]);
    try {
      expect(again.url).toBe(node.url);
      expect((await again.execute()).run.status).toBe("succeeded");
    } finally {
      await again.program.remove();
    }
  });
});

describe("npm start", () => {
  it("is ended as a whole by a SIGTERM to npm", { timeout: 180_000 }, async () => {
    const npm = new Program("npm", ["start", "--", "--port", "0", ...FAST], { cwd: ROOT });
    try {
      const node = await servingNode(npm);
      npm.signal("SIGTERM");
      await npm.exited;
      // Its output is closed, so that whoever held it has ended; and nobody answers any more.
      await expect(node.fetch("/health")).rejects.toThrow();
    } finally {
      await npm.remove();
    }
  });
});
