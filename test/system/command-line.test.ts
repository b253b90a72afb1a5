// The commands that ask a running node, as a person and as a program would use them.
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TradingRun } from "../../src/domain/run-fields.js";
import type { SystemStatus } from "../../src/contracts/views/status.js";
import type { Topology } from "../../src/contracts/views/topology.js";
import { startNode, type NodeProcess } from "./support/node-process.js";
import { nautilus } from "./support/program.js";
import { expectSoundPortfolio, SEVEN } from "./support/runs.js";

const COMMANDS = [["run", "portfolio_optimization"], ["status"], ["engines"], ["topology"]] as const;
const ASK = ["--symbols", "SPX,AAPL,SYN0001,SYN0002,SYN0003", "--max-weight", "0.5"];

/** A port that was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

describe("nautilus against a running node", () => {
  let node: NodeProcess;
  let ask: (...args: string[]) => ReturnType<typeof nautilus>;
  beforeAll(async () => {
    node = await startNode(["--speed", "max", "--universe", "8"]);
    ask = (...args) => nautilus([...args, "--port", node.port]);
  });
  afterAll(() => node.program.remove());

  it("runs a workflow and tells it, in tables and as JSON", async () => {
    const { code, out, err } = await ask("run", "portfolio_optimization", ...ASK);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^portfolio_optimization succeeded as of 2018-05-11 in /);
    for (const engine of SEVEN) expect(out).toContain(`${engine}.1@`);
    expect(out).toMatch(/symbol +weight +origin/);
    expect(out).toMatch(/SYN\d{4} +\d+\.\d+ ?% +synthetic/);
    expect(out).toMatch(/capital +initial +maintenance/);
    expect(out).not.toMatch(/undefined|NaN|\[object/);

    const json = await ask("run", "portfolio_optimization", "--json", ...ASK);
    expect(json.code).toBe(0);
    const run = JSON.parse(json.out) as TradingRun;
    expectSoundPortfolio(run, { maxWeight: 0.5 });
    expect(run.universe?.included.map(({ symbol }) => symbol).sort()).toEqual([
      "AAPL",
      "SPX",
      "SYN0001",
      "SYN0002",
      "SYN0003",
    ]);
  });

  it("says what failed in one line, with exit code 1", async () => {
    const { code, out, err } = await ask("run", "portfolio_optimization", "--as-of", "2030-01-02");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^nautilus: NO_HISTORY: .*2018-05-11.*\n$/);
    expect((await ask("run", "no_such_goal")).err).toMatch(/^nautilus: NOT_FOUND: .*portfolio_optimization.*\n$/);
    expect((await ask("run")).code).toBe(2);
  });

  it("shows the node, its engines and their topology", async () => {
    await ask("run", "portfolio_optimization");
    const [status, engines, topology] = await Promise.all([ask("status"), ask("engines"), ask("topology")]);
    for (const { code, out, err } of [status, engines, topology]) {
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).not.toMatch(/undefined|NaN|\[object/);
    }
    expect(status.out).toContain("2 real and 8 synthetic series");
    expect(status.out).toContain("goal portfolio_optimization: 8 steps");
    for (const engine of SEVEN) expect(engines.out).toContain(engine);
    expect(topology.out).toMatch(/^FACTOR_ENGINE\S+ +running, healthy\n└─ factor\.matrix@1 → FEATURES_ENGINE/m);

    const answers = await Promise.all([ask("status", "--json"), ask("engines", "--json"), ask("topology", "--json")]);
    const [asStatus, asEngines, asTopology] = answers.map(({ out }) => JSON.parse(out) as unknown);
    expect((asStatus as SystemStatus).state).toBe("serving");
    expect((asEngines as { engines: unknown[] }).engines).toHaveLength(7);
    const { nodes, edges } = asTopology as Topology;
    expect(nodes).toHaveLength(7);
    const ids = new Set(nodes.map(({ id }) => id));
    for (const { source, target } of edges) expect(ids.has(source) && ids.has(target)).toBe(true);
    expect(edges.length).toBeGreaterThan(7);
  });

  it("finds nothing to mend", async () => {
    const { code, out } = await ask("doctor");
    expect(code, out).toBe(0);
    expect(out).toContain(`a node runs at ${node.url}`);
    expect(out).not.toContain("problem");
  });
});

describe("nautilus without a node", () => {
  it("says so in one line, with exit code 1", async () => {
    const port = await closedPort();
    const answers = await Promise.all(COMMANDS.map((command) => nautilus([...command, "--port", port])));
    for (const { code, out, err } of answers) {
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(/^nautilus: no node runs at http:\/\/127\.0\.0\.1:\d+: .*\n$/);
    }
  });
});
