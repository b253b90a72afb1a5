import fc from "fast-check";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { serveApi } from "../../../src/api/serve.js";
import { start, type StartableNode } from "../../../src/cli/start.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import type { NodeOptions } from "../../../src/contracts/options.js";
import { scriptedApi } from "../../api/support/scripted-api.js";
import { property } from "../../support/property.js";
import { ScriptedIo } from "./support/scripted-io.js";
import { OPTIONS, startInvocation } from "./support/start-invocation.js";

/** A node that starts and stops when a test lets it. */
class HeldNode implements StartableNode {
  readonly #scripted = scriptedApi();
  readonly port = this.#scripted.node;
  readonly fetch = (request: Request): Response | Promise<Response> => this.#scripted.api.fetch(request);
  readonly calls: string[] = [];
  starting: Promise<void> = Promise.resolve();
  stopping: Promise<void> = Promise.resolve();
  blamed: string | undefined;
  options: NodeOptions | undefined;

  async start(): Promise<void> {
    this.calls.push("start");
    await this.starting;
  }

  async stop(): Promise<void> {
    this.calls.push("stop");
    await this.stopping;
  }

  blame(): string | undefined {
    return this.blamed;
  }
}

interface Started {
  readonly io: ScriptedIo;
  readonly node: HeldNode;
  readonly exitCode: Promise<number>;
  /** Settles when stdout holds `text`. */
  readonly says: (text: string) => Promise<void>;
}

function started(given: Record<string, string> = {}, node = new HeldNode()): Started {
  const io = new ScriptedIo();
  const waiting: { text: string; heard: () => void }[] = [];
  const hear = io.stdout;
  Object.assign(io, {
    stdout: (text: string) => {
      hear(text);
      for (const { text: awaited, heard } of waiting) if (io.out.includes(awaited)) heard();
    },
  });
  const createNode = (options: NodeOptions): StartableNode => {
    node.options = options;
    return node;
  };
  const exitCode = start(startInvocation({ port: "0", ...given }), io, async () => ({ createNode, serveApi }));
  return {
    io,
    node,
    exitCode,
    says: (text) =>
      new Promise((heard) => {
        if (io.out.includes(text)) heard();
        else waiting.push({ text, heard });
      }),
  };
}

function urlIn(out: string): string {
  return /http:\/\/\S+\d/.exec(out)?.[0] ?? "";
}

describe("nautilus start", () => {
  it("serves, says where, and stops in order when told to", async () => {
    const { io, node, exitCode, says } = started();
    await says("Try:");
    const url = urlIn(io.out);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(io.out).toBe(`Nautilus Awareness 1.2.3: node node-1 at ${url}, starting …
  healthy: 2 of 2 engines run, seed 1
  feed replay: 1 real and 1 synthetic series, last bar 2018-01-05
  goal portfolio_optimization: 1 step
  docs: ${url}/docs
Try:
  curl -X POST ${url}/api/v1/workflows/portfolio_optimization/execute
`);
    io.signal();
    expect(await exitCode).toBe(0);
    expect(node.calls).toEqual(["start", "stop"]);
    expect(io.err).toBe("nautilus: SIGTERM: draining\n");
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    expect([io.listeners, io.clock.pending, io.exits]).toEqual([0, 0, []]);
  });

  it("answers while it starts", async () => {
    const node = new HeldNode();
    Object.assign(node.port, { alive: false, level: "starting" });
    let begin = (): void => undefined;
    node.starting = new Promise((resolve) => (begin = resolve));
    const { io, exitCode, says } = started({}, node);
    await says("starting");
    const health = await fetch(`${urlIn(io.out)}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: "starting" });
    begin();
    await says("Try:");
    io.signal();
    expect(await exitCode).toBe(0);
  });

  it("passes on what it was told, and nothing else", async () => {
    const { io, node, exitCode, says } = started({
      feed: "csv",
      data: "a.csv,b",
      speed: "max",
      "live-bars": "7",
      replicas: "FACTOR_ENGINE=2",
      chaos: "true",
      "log-level": "warn",
    });
    await says("Try:");
    io.signal();
    await exitCode;
    expect(node.options).toEqual({
      feed: "csv",
      data: ["a.csv", "b"],
      speed: "max",
      liveBars: 7,
      replicas: { FACTOR_ENGINE: 2 },
      chaos: true,
      logLevel: "warn",
    });
  });

  it("says of each part that is not built what happens instead", async () => {
    const { io, node, exitCode, says } = started({ feed: "ibkr", bus: "redis", namespace: "x", agents: "act" });
    await says("Try:");
    io.signal();
    expect(await exitCode).toBe(0);
    expect(io.err.split("\n").slice(0, 2)).toEqual([
      "nautilus: --feed ibkr is not built into this version yet: no market data comes in on this node",
      "nautilus: --agents act is not built into this version yet: it has no effect",
    ]);
    expect(node.options).toEqual({ feed: false, bus: "redis", namespace: "x" });
  });

  it("shows how to bear the token, but not the token", async () => {
    const { io, exitCode, says } = started({ token: "wl7-secret-token" });
    await says("Try:");
    expect(io.out).toContain('curl -X POST -H "authorization: Bearer $NAUTILUS_TOKEN" http');
    expect(io.out).not.toContain("wl7");
    io.signal();
    await exitCode;
  });

  it("warns where others can reach it without a token", async () => {
    const { io, exitCode, says } = started({ host: "0.0.0.0" });
    await says("Try:");
    expect(io.err).toBe("nautilus: whoever reaches 0.0.0.0 can operate this node: --token TOKEN keeps others out\n");
    io.signal();
    await exitCode;
  });

  it("fails in one line when its port is in use, leaving nothing behind", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const { io, node, exitCode } = started({ port: String(port) });
    await expect(exitCode).rejects.toMatchObject({ exitCode: 1, message: `port ${port} on 127.0.0.1 is in use` });
    expect(node.calls).toEqual(["stop"]);
    expect(io.listeners).toBe(0);
    taken.close();
  });

  it("fails in one line when the node cannot start, leaving nothing behind", async () => {
    const node = new HeldNode();
    node.starting = Promise.reject(new NautilusError("INVALID_INPUT", "bad.csv: line 3, column open: no number"));
    const { io, exitCode } = started({}, node);
    await expect(exitCode).rejects.toMatchObject({ exitCode: 1, message: "bad.csv: line 3, column open: no number" });
    expect(node.calls).toEqual(["start", "stop"]);
    expect([io.listeners, io.clock.pending]).toEqual([0, 0]);
    await expect(fetch(`${urlIn(io.out)}/health`)).rejects.toThrow();
  });

  it("takes options that the node refuses for bad usage", async () => {
    const io = new ScriptedIo();
    const createNode = (): never => {
      throw new NautilusError("INVALID_INPUT", "there is no engine TEA_ENGINE");
    };
    await expect(
      start(startInvocation({ port: "0" }), io, async () => ({ createNode, serveApi })),
    ).rejects.toMatchObject({
      exitCode: 2,
      message: "there is no engine TEA_ENGINE",
    });
  });

  it("does not begin when it was told to stop while it loaded", async () => {
    const io = new ScriptedIo();
    const exitCode = start(startInvocation({ port: "0" }), io, async () => {
      io.signal();
      return { createNode: () => expect.unreachable("nothing is to be created"), serveApi };
    });
    expect(await exitCode).toBe(0);
    expect([io.out, io.err, io.listeners]).toEqual(["", "nautilus: SIGTERM: draining\n", 0]);
  });

  it("stops while it is still starting", async () => {
    const node = new HeldNode();
    node.starting = new Promise(() => undefined);
    const { io, exitCode, says } = started({}, node);
    await says("starting");
    io.signal("SIGINT");
    expect(await exitCode).toBe(0);
    expect(node.calls).toEqual(["start", "stop"]);
    expect(io.out).not.toContain("Try:");
  });

  it("drains and fails after an error that nothing caught, naming the engine", async () => {
    const { io, node, exitCode, says } = started();
    await says("Try:");
    node.blamed = "FACTOR_ENGINE";
    io.stray(new Error("boom"));
    expect(await exitCode).toBe(1);
    expect(node.calls).toEqual(["start", "stop"]);
    expect(io.err).toMatch(/^nautilus: FACTOR_ENGINE threw what nothing caught: draining\nError: boom\n {4}at /);
  });

  it("ends anyway, failed, when it cannot drain in time", async () => {
    const node = new HeldNode();
    let stop = (): void => undefined;
    node.stopping = new Promise((resolve) => (stop = resolve));
    const { io, exitCode, says } = started({}, node);
    await says("Try:");
    io.signal();
    await io.clock.advance(4499);
    expect(io.exits).toEqual([]);
    await io.clock.advance(1);
    expect(io.exits).toEqual([1]);
    expect(io.err).toContain("not drained within 4.5 s");
    stop();
    await exitCode;
  });

  it("ends at once on a second signal, but takes an echo of the first for what it is", async () => {
    const node = new HeldNode();
    let stop = (): void => undefined;
    node.stopping = new Promise((resolve) => (stop = resolve));
    const { io, exitCode, says } = started({}, node);
    await says("Try:");
    io.signal("SIGINT");
    io.signal("SIGINT");
    expect(io.exits).toEqual([]);
    await io.clock.advance(300);
    io.signal("SIGINT");
    expect(io.exits).toEqual([1]);
    stop();
    await exitCode;
  });

  property([fc.dictionary(fc.constantFrom(...OPTIONS.map(({ name }) => name)), fc.string())])(
    "takes or refuses any values of its options, and says which",
    (given) => {
      try {
        startInvocation({ port: "0", ...given });
      } catch (error) {
        expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(/^--[a-z-]+: expected .+, not "/) });
      }
    },
  );
});
