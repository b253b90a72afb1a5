import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { COMMANDS, FUTURE_COMMANDS } from "../../../src/cli/commands.js";
import { environmentName } from "../../../src/cli/option.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { NODE_VERSION } from "../../../src/node/version.js";
import { askingIo } from "./support/asking-io.js";
import { ScriptedIo } from "./support/scripted-io.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "nautilus-cli-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The one line on stderr, and nothing else: what a failure of usage looks like. */
async function refusal(argv: readonly string[], io = new ScriptedIo()): Promise<string> {
  expect(await runCli(argv, io)).toBe(2);
  expect(io.out).toBe("");
  expect(io.err).toMatch(/^nautilus: .*\n$/);
  return io.err.slice("nautilus: ".length, -1);
}

describe("runCli", () => {
  it("tells its version", async () => {
    const io = new ScriptedIo();
    expect(await runCli(["--version"], io)).toBe(0);
    expect(io.out).toBe(`${NODE_VERSION}\n`);
  });

  it.each([["help"], ["--help"], ["-h"]])("helps on %s", async (word) => {
    const io = new ScriptedIo();
    expect(await runCli([word], io)).toBe(0);
    for (const { name } of COMMANDS) expect(io.out).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  it("leaves a command that only asks to be ended by signals", async () => {
    const io = new ScriptedIo();
    expect(await runCli(["status"], io)).toBe(1);
    expect(io.endsOnSignals).toBe(true);
  });

  it("shows the help, as a failure, when there is no command", async () => {
    const io = new ScriptedIo();
    expect(await runCli([], io)).toBe(2);
    expect(io.out).toBe("");
    expect(io.err).toMatch(/^Usage: nautilus/);
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    "helps with every option of %s",
    async (name, { options }) => {
      const [first, second] = [new ScriptedIo(), new ScriptedIo()];
      expect(await runCli([name, "--help"], first)).toBe(0);
      expect(await runCli(["help", name], second)).toBe(0);
      expect(second.out).toBe(first.out);
      for (const option of options) expect(first.out).toMatch(new RegExp(`--${option.name}( |$)`, "m"));
      expect(first.out.split("\n").filter((line) => line.length > 130)).toEqual([]);
    },
  );

  it.each([
    [["stauts"], "there is no command stauts (did you mean status?); nautilus help lists them"],
    [["brew"], "there is no command brew; nautilus help lists them"],
    [["start", "--prot", "8000"], "there is no option --prot (did you mean --port?)"],
    [["start", "-p", "8000"], "there is no option -p"],
    [["status", "--feed", "csv"], "--feed is not an option of status"],
    [["start", "--port"], "--port needs a value: a whole number from 0 to 65535"],
    [["start", "--host", "--chaos"], "--host needs a value: a host name or an address"],
    [["run"], "run needs a workflow: nautilus run <workflow>"],
    [["run", "a", "b"], 'run takes no "b"'],
    [["status", "now"], 'status takes no "now"'],
    [["start", "--feed", "csv"], "--feed csv needs --data PATH"],
    [["start", "--data", "x.csv"], "--data needs --feed csv"],
  ])("refuses %j: %s", async (argv, message) => {
    expect(await refusal(argv)).toBe(message);
  });

  it.each(FUTURE_COMMANDS)("says that %s is not built yet", async (name) => {
    expect(await refusal([name])).toBe(`the command ${name} is not built into this version yet`);
  });

  it.each([
    [["start", "--port", "65536"], '--port: expected a whole number from 0 to 65535, not "65536"'],
    [["start", "--port", "-1"], '--port: expected a whole number from 0 to 65535, not "-1"'],
    [["start", "--port", "0x50"], '--port: expected a whole number from 0 to 65535, not "0x50"'],
    [["start", "--speed", "fast"], '--speed: expected a number above 0, at most 100000, or max, not "fast"'],
    [["start", "--feed", "cvs"], '--feed: expected one of replay, csv, simulated, ibkr, not "cvs"'],
    [
      ["start", "--replicas", "FACTOR_ENGINE"],
      "--replicas: expected ENGINE=N, where ENGINE is an engine id, like FACTOR_ENGINE, and N a whole number from 1 to 64 " +
        '(several are separated by commas), not "FACTOR_ENGINE"',
    ],
    [["start", "--replicas", "__proto__=2"], expect.stringContaining('not "__proto__=2"')],
    [["start", "--replicas", "FACTOR_ENGINE=two"], expect.stringContaining('not "FACTOR_ENGINE=two"')],
    [["start", "--replicas", "FACTOR_ENGINE=1=2"], expect.stringContaining('not "FACTOR_ENGINE=1=2"')],
    [["start", "--engines", ""], expect.stringContaining("--engines: expected an engine id, like FACTOR_ENGINE")],
    [
      ["start", "--engines", "factor"],
      '--engines: expected an engine id, like FACTOR_ENGINE (up to 100, separated by commas), not "factor"',
    ],
    [["start", "--chaos=perhaps"], '--chaos: expected true or false, not "perhaps"'],
    [["start", "--token", "short"], expect.stringContaining("--token: expected 8 to 512")],
    [["start", "--bus", "carrier-pigeon"], '--bus: expected one of memory, redis, not "carrier-pigeon"'],
    [["start", "--redis-market-data", "127.0.0.1"], expect.stringContaining("like redis://127.0.0.1:6379")],
    ...["/notadb", "/-1", "/1.5", "/0/1", "?db=1", "/1#2"].map((end): [string[], unknown] => [
      ["start", "--redis-engine-logic", `redis://127.0.0.1:6379${end}`],
      expect.stringContaining("or redis://127.0.0.1:6379/1"),
    ]),
    [["run", "x", "--as-of", "yesterday"], '--as-of: expected a date, like 2018-01-05, not "yesterday"'],
    [["run", "x", "--max-weight", "1.5"], '--max-weight: expected a number above 0, at most 1, not "1.5"'],
  ])("refuses the value of %j", async (argv, message) => {
    expect(await refusal(argv)).toEqual(message);
  });

  it("has the command line win over the environment, and that over the file", async () => {
    const cwd = folderWith({ "nautilus.config.json": '{ "port": 1111, "host": "localhost" }' });
    const asked = async (argv: string[], env: Record<string, string>): Promise<string | undefined> => {
      const { io, urls } = askingIo();
      Object.assign(io, { cwd, env });
      expect(await runCli(["status", ...argv], io)).toBe(0);
      return urls[0];
    };
    const path = "/api/v1/system/status";
    expect(await asked([], {})).toBe(`http://localhost:1111${path}`);
    expect(await asked([], { NAUTILUS_PORT: "2222" })).toBe(`http://localhost:2222${path}`);
    expect(await asked([], { NAUTILUS_PORT: "" })).toBe(`http://localhost:1111${path}`);
    expect(await asked(["--port", "3333"], { NAUTILUS_PORT: "2222" })).toBe(`http://localhost:3333${path}`);
    expect(await asked(["--port", "3333", "--port=4444"], {})).toBe(`http://localhost:4444${path}`);
  });

  it("says where a bad value comes from", async () => {
    const io = new ScriptedIo();
    io.env = { NAUTILUS_PORT: "many" };
    expect(await refusal(["status"], io)).toBe(
      'environment variable NAUTILUS_PORT: expected a whole number from 0 to 65535, not "many"',
    );
    const other = new ScriptedIo();
    other.cwd = folderWith({ "nautilus.config.json": '{ "live-bars": 1.5 }' });
    expect(await refusal(["start"], other)).toBe(
      "live-bars in nautilus.config.json: expected a whole number from 0 to 1000000, not 1.5",
    );
  });

  it.each([
    ['{ "port": 1, }', "c.json: line 1, column 14: expected a name in double quotes"],
    ["[]", "c.json: must be a JSON object"],
    ['{ "prot": 1 }', 'c.json: there is no option "prot" (did you mean port?)'],
    ['{ "json": true }', 'c.json: there is no option "json"'],
  ])("refuses a file that holds %s", async (text, message) => {
    const io = new ScriptedIo();
    io.cwd = folderWith({ "c.json": text });
    expect(await refusal(["status", "--config", "c.json"], io)).toBe(message);
  });

  it("needs the file that it was told to read", async () => {
    const io = new ScriptedIo();
    io.cwd = folderWith({});
    expect(await refusal(["status", "--config", "gone.json"], io)).toMatch(/^gone\.json: cannot be read: ENOENT/);
  });

  it("takes every option of a file for those commands that have it", async () => {
    const { io } = askingIo();
    io.cwd = folderWith({ "nautilus.config.json": '{ "liveBars": 5, "engines": ["FACTOR_ENGINE"], "replicas": {} }' });
    expect(await runCli(["status"], io)).toBe(0);
  });

  it("has a variable for every option that is not of the command line alone", () => {
    const names = COMMANDS.flatMap(({ options }) => options)
      .filter(({ form }) => form.flagOnly !== true)
      .map((option) => environmentName(option.name));
    expect(names).toContain("NAUTILUS_LIVE_BARS");
    expect(names).not.toContain("NAUTILUS_AS_OF");
  });
});
