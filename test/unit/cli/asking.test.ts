import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.js";
import { NautilusError } from "../../../src/contracts/errors.js";
import { runView, systemStatus, topology } from "../../api/support/views.js";
import { askingIo, refusingIo } from "./support/asking-io.js";
import { ScriptedIo } from "./support/scripted-io.js";

describe("nautilus run", () => {
  it("asks for what it was told, and leaves the rest to the node", async () => {
    const { io, scripted } = askingIo();
    const options =
      "--symbols A,B --as-of 2018-01-05 --lookback-bars 100 --max-assets 2 --max-weight .6 --min-weight 0.1";
    const more = "--risk-aversion 3 --capital 5e5 --preference best --fresh --deadline-ms 500";
    expect(await runCli(["run", "portfolio_optimization", ...`${options} ${more}`.split(" ")], io)).toBe(0);
    expect(scripted.node.asked.executed[0]).toMatchObject({
      workflow: "portfolio_optimization",
      request: {
        universe: ["A", "B"],
        asOf: "2018-01-05",
        lookbackBars: 100,
        constraints: { maxAssets: 2, maxWeight: 0.6, minWeight: 0.1 },
        riskAversion: 3,
        capital: 500_000,
        preference: "best",
        fresh: true,
        deadlineMs: 500,
      },
    });
  });

  it("tells a person what came out, and who made it", async () => {
    const { io } = askingIo();
    expect(await runCli(["run", "portfolio_optimization"], io)).toBe(0);
    expect(io.out).toBe(`portfolio_optimization succeeded as of 2018-01-05 in 13 ms

allocation
  symbol   weight  origin
  SP500   75.00 %  real
  SYN001  25.00 %  synthetic
  expected return 8.00 %, volatility 12.00 % a year
  within 0.10 % of the optimum, by annealed QUBO

margin
       capital     initial  maintenance      excess  utilisation
  1,000,000.00  400,000.00   250,000.00  600,000.00      40.00 %
  by rates by volatility

steps
  engine                  operation          gives               took  attempts
  FACTOR_ENGINE.0@node-1  calculate_factors  factor.matrix@1  3.25 ms         1

chosen from 2 series, 1 of them synthetic
left out
  AAPL: too short
`);
  });

  it("tells a product that it has no words for as it is", async () => {
    const { io, scripted } = askingIo();
    scripted.node.answer = async () => runView({ result: { signals: { long: ["A"] } } });
    await runCli(["run", "portfolio_optimization"], io);
    expect(io.out).toContain('signals\n  {\n    "long": [\n      "A"\n    ]\n  }');
  });

  it("gives the answer as it came, for programs", async () => {
    const { io } = askingIo();
    expect(await runCli(["run", "portfolio_optimization", "--json"], io)).toBe(0);
    expect(io.out).toBe(`${JSON.stringify(runView())}\n`);
  });

  it("fails with the problem that the node answers with", async () => {
    const { io, scripted } = askingIo();
    scripted.node.answer = () => Promise.reject(new NautilusError("NO_PLAN", "nobody gives factor.matrix@1"));
    expect(await runCli(["run", "portfolio_optimization", "--json"], io)).toBe(1);
    expect(io.out).toBe("");
    expect(io.err).toBe("nautilus: NO_PLAN: nobody gives factor.matrix@1\n");
  });

  it("does not know every workflow, whatever its name", async () => {
    const { io } = askingIo();
    expect(await runCli(["run", "a/b?c"], io)).toBe(1);
    expect(io.err).toContain("nautilus: NOT_FOUND: no workflow a/b?c; there are portfolio_optimization, ");
  });
});

describe("nautilus status", () => {
  it("tells how the node is", async () => {
    const { io } = askingIo();
    expect(await runCli(["status"], io)).toBe(0);
    expect(io.out).toBe(`node node-1 serving, healthy, version 1.2.3, up 1 min 1 s
engines: 2 of 2 run
runs: 3 succeeded, 1 failed, 0 active, 0 queued
feed replay: 1 real and 1 synthetic series, last bar 2018-01-05
goal portfolio_optimization: 1 step
process: 95 MiB resident, event loop late by 1.50 ms at the 99th percentile

node    status  engines
node-1  alive         2  leads
`);
  });

  it("gives the answer as it came, for programs", async () => {
    const { io } = askingIo();
    expect(await runCli(["status", "--json"], io)).toBe(0);
    expect(JSON.parse(io.out)).toEqual(systemStatus());
  });
});

describe("nautilus engines", () => {
  it("lists them", async () => {
    const { io } = askingIo();
    expect(await runCli(["engines"], io)).toBe(0);
    expect(io.out.split("\n")[0]).toBe(
      "instance                lifecycle  level    gives            calls  failures  p99",
    );
    expect(io.out).toContain("FACTOR_ENGINE.1@node-1  running    healthy  factor.matrix@1      0         0    -");
  });
});

describe("nautilus topology", () => {
  it("shows who gave what to whom", async () => {
    const { io } = askingIo();
    expect(await runCli(["topology"], io)).toBe(0);
    expect(io.out).toBe(`node node-1: 2 engines
IBKR_KEEPALIVE_ENGINE.0@node-1  running, healthy
└─ market.history@1 → FACTOR_ENGINE.0@node-1  3 by exchange, 1.25 ms on average, nominal partners
FACTOR_ENGINE.0@node-1  running, healthy
`);
  });

  it("gives the answer as it came, for programs", async () => {
    const { io } = askingIo();
    expect(await runCli(["topology", "--json"], io)).toBe(0);
    expect(JSON.parse(io.out)).toEqual(topology());
  });
});

describe("every command that asks a node", () => {
  const commands = [["run", "portfolio_optimization"], ["status"], ["engines"], ["topology"]];

  it.each(commands)("%s says how to start one where none runs", async (...argv) => {
    const io = refusingIo();
    expect(await runCli([...argv, "--port", "8123"], io)).toBe(1);
    expect(io.err).toBe("nautilus: no node runs at http://127.0.0.1:8123: npm start (or nautilus start) starts one\n");
  });

  it.each(commands)("%s says what else is wrong", async (...argv) => {
    const io = refusingIo("ENOTFOUND");
    expect(await runCli([...argv, "--host", "nautilus.example"], io)).toBe(1);
    expect(io.err).toBe("nautilus: http://nautilus.example:8000 cannot be reached: ENOTFOUND\n");
  });

  it.each(commands)("%s bears the token", async (...argv) => {
    const guarded = askingIo({ token: "a-token-of-some-length" });
    expect(await runCli(argv, guarded.io)).toBe(1);
    expect(guarded.io.err).toMatch(/^nautilus: UNAUTHORIZED: .*\n$/);
    expect(await runCli([...argv, "--token", "a-token-of-some-length"], guarded.io)).toBe(0);
  });

  it.each(commands)("%s does not take anything for a node", async (...argv) => {
    const io = new ScriptedIo();
    io.fetch = async () => new Response("<html>", { status: 200 });
    expect(await runCli(argv, io)).toBe(1);
    expect(io.err).toContain("is not a nautilus node");

    const other = new ScriptedIo();
    other.fetch = async () => Response.json({ hello: "world" });
    expect(await runCli(argv, other)).toBe(1);
    expect(other.err).toMatch(/^nautilus: the node answers in another way than this version knows: .*\n$/);
  });

  it.each([
    ["0.0.0.0", "http://127.0.0.1:8000/"],
    ["::", "http://[::1]:8000/"],
    ["::1", "http://[::1]:8000/"],
  ])("reaches a node that listens on %s", async (host, url) => {
    const { io, urls } = askingIo();
    await runCli(["status", "--host", host], io);
    expect(urls[0]).toBe(`${url}api/v1/system/status`);
  });
});
