// What the documentation shows is what there is: its code runs, its commands and options exist.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { NODE_VERSION } from "../../src/node/version.js";
import { Program, ROOT } from "../system/support/program.js";

const PAGES = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/bridge.md", "docs/redis.md"];
const OWN_ENGINE = "examples/own-engine.ts";
const EMITTER_ENGINE = "examples/event-emitter-engine.ts";
const OWN_ENGINE_LINES = 30;
const ADDED_LINES = 10;

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function blocks(page: string, language: string): string[] {
  return [...read(page).matchAll(new RegExp("```" + language + "\\n([^]*?)```", "g"))].map(([, code]) => code!);
}

/** What stands in code, in a block or in a line. */
function codeOf(page: string): string {
  return [...read(page).matchAll(/```[^]*?```|`[^`\n]+`/g)].map(([code]) => code).join("\n");
}

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read("package.json")) as Manifest;

/** An example as a process, run to its end. */
async function run(example: string): Promise<{ readonly out: string; readonly err: string }> {
  const program = new Program(process.execPath, ["--import", "tsx", example], { cwd: ROOT });
  try {
    const exit = await program.exited;
    expect(exit, program.err).toEqual({ code: 0, signal: null });
    return { out: program.out, err: program.err };
  } finally {
    await program.remove();
  }
}

describe("README", () => {
  it("shows the example of an own engine as it is", () => {
    expect(blocks("README.md", "ts")).toEqual([read(OWN_ENGINE)]);
  });

  it.each(PAGES)("names only scripts that there are (%s)", (page) => {
    const named = [...codeOf(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name);
    const short = [...codeOf(page).matchAll(/npm (start|test)\b/g)].map(([, name]) => name);
    for (const name of short) expect(Object.keys(manifest.scripts)).toContain(name);
  });

  it.each(PAGES)("names only options and commands that there are (%s)", (page) => {
    const code = codeOf(page);
    const options = new Set(COMMANDS.flatMap((command) => command.options.map(({ name }) => `--${name}`)));
    /** Of scripts that are no command of the program. */
    const ofScripts: Readonly<Record<string, ReadonlySet<string>>> = {
      "npm run bench": new Set(["--json", "--save"]),
      "npm run simulate:mutants": new Set(["--seeds", "--hours", "--jobs", "--first", "--save"]),
    };
    for (const line of code.split("\n").filter((text) => !/\bcurl\b|\bnode --/.test(text))) {
      const script = Object.keys(ofScripts).find((name) => line.includes(name));
      const known = (script === undefined ? undefined : ofScripts[script]) ?? options;
      for (const [option] of line.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) expect(known, line).toContain(option);
    }
    const commands = new Set(["help", ...COMMANDS.map(({ name }) => name)]);
    for (const [, name] of code.matchAll(/npx nautilus ([a-z]+)/g)) expect(commands).toContain(name);
  });

  it("names only files that there are", () => {
    const links = [...read("README.md").matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path]) => path!);
    expect(links.length).toBeGreaterThan(0);
    for (const path of links) expect(() => read(path)).not.toThrow();
  });
});

describe("the examples", () => {
  it("add an engine of one's own in few lines", async () => {
    const source = read(OWN_ENGINE);
    const engine = /^const \w+ = product\([^]*?^const \w+ = defineEngine\([^]*?^\}\);$/m.exec(source)?.[0];
    expect(engine?.split("\n").length).toBeLessThan(OWN_ENGINE_LINES);
    const { out, err } = await run(OWN_ENGINE);
    expect(out).toMatch(/^IBKR_KEEPALIVE_ENGINE\.provide_history@1 → MOMENTUM_ENGINE\.rank_momentum@1 \{/);
    expect(out).toMatch(/'signal\.momentum': \{ SPX: -?\d+\.\d+, AAPL: -?\d+\.\d+ \}/);
    expect(err).toBe("");
  });

  it("make an engine of an existing EventEmitter by few lines", async () => {
    const source = read(EMITTER_ENGINE);
    const added = /^\/\/ <added>\n([^]*?)^\/\/ <\/added>$/m.exec(source)?.[1]?.trimEnd().split("\n") ?? [];
    expect(added.length).toBeGreaterThan(0);
    expect(added.length).toBeLessThanOrEqual(ADDED_LINES);
    const { out, err } = await run(EMITTER_ENGINE);
    expect(out).toMatch(/^(\d{4}-\d{2}-\d{2} AAPL -?\d+\.\d %\n)+$/);
    expect(err).toBe("");
  });
});

describe("NODE_VERSION", () => {
  it("is the version of the package", () => {
    expect(manifest.version).toBe(NODE_VERSION);
  });
});
