// Each rule is fed what it must find and what it must leave alone, so that a rule that stops working fails.
import { describe, expect, it } from "vitest";
import { outsideOf } from "./exceptions.js";
import { RULES, type Rule } from "./rules.js";
import { treeOf } from "./source-tree.js";

interface Proof {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** `path:line` of every finding, in order. */
  readonly finds: readonly string[];
}

const lines = (count: number): string => "f();\n".repeat(count);
const imports = (count: number): string =>
  Array.from({ length: count }, (_, index) => `import { a${index} } from "./module-${index}.js";\n`).join("");
/** Of an object type: m1, m2, … */
const members = (count: number): string =>
  Array.from({ length: count }, (_, index) => `readonly m${index + 1}: M;`).join(" ");
const inNode = (text: string, ...finds: readonly number[]): Proof => ({
  title: text.trim().split("\n").join(" "),
  files: { "src/node/a.ts": text },
  finds: finds.map((line) => `src/node/a.ts:${line}`),
});
const inTest = (text: string, ...finds: readonly number[]): Proof => ({
  title: text.trim().split("\n").join(" "),
  files: { "test/unit/a.test.ts": text },
  finds: finds.map((line) => `test/unit/a.test.ts:${line}`),
});

const PROOFS: Readonly<Record<keyof typeof RULES, readonly Proof[]>> = {
  "folders import downwards only": [
    {
      title: "upwards",
      files: { "src/kernel/a.ts": '\nimport { b } from "../node/b.js";', "src/node/b.ts": "" },
      finds: ["src/kernel/a.ts:2"],
    },
    {
      title: "upwards for a type",
      files: { "src/contracts/a.ts": 'import type { B } from "../quant/b.js";', "src/quant/b.ts": "" },
      finds: ["src/contracts/a.ts:1"],
    },
    {
      title: "upwards inside a type",
      files: { "src/contracts/a.ts": 'type A = import("../quant/b.js").B;', "src/quant/b.ts": "" },
      finds: ["src/contracts/a.ts:1"],
    },
    {
      title: "sideways",
      files: { "src/buses/a.ts": 'import { b } from "../actors/b.js";', "src/actors/b.ts": "" },
      finds: ["src/buses/a.ts:1"],
    },
    {
      title: "an area that the design does not know",
      files: { "src/extras/a.ts": 'import { b } from "../contracts/b.js";', "src/contracts/b.ts": "" },
      finds: ["src/extras/a.ts:1"],
    },
    {
      title: "the public API from inside",
      files: { "src/cli/a.ts": 'import { b } from "../index.js";', "src/index.ts": "" },
      finds: ["src/cli/a.ts:1"],
    },
    {
      title: "out of src",
      files: { "src/node/a.ts": 'import { b } from "../../test/b.js";', "test/b.ts": "" },
      finds: ["src/node/a.ts:1"],
    },
    {
      title: "dashboard to anything but contracts and the type of the API",
      files: {
        "src/dashboard/a.ts":
          'import { b } from "../contracts/b.js";\nimport type { C } from "../api/c.js";\nimport { d } from "../api/c.js";',
        "src/contracts/b.ts": "",
        "src/api/c.ts": "",
      },
      finds: ["src/dashboard/a.ts:3"],
    },
    {
      title: "what is traded, from the framework",
      files: {
        "src/contracts/a.ts": 'import type { B } from "../domain/b.js";',
        "src/node/a.ts": 'import { b } from "../domain/b.js";',
        "src/api/a.ts": 'import { b } from "../domain/b.js";',
        "src/node/catalogue/a.ts": 'import { b } from "../../domain/b.js";',
        "src/engines/a/a.ts": 'import { b } from "../../domain/b.js";',
        "src/feeds/a.ts": 'import { b } from "../domain/b.js";',
        "src/cli/a.ts": 'import { b } from "../domain/b.js";',
        "src/simulation/a.ts": 'import { b } from "../domain/b.js";',
        "src/dashboard/a.ts": 'import { b } from "../domain/b.js";',
        "src/index.ts": 'export { b } from "./domain/b.js";',
        "src/domain/b.ts": "",
      },
      finds: ["src/contracts/a.ts:1", "src/node/a.ts:1", "src/api/a.ts:1"],
    },
    {
      title: "more than contracts and numerics in what is traded, but for its resources of the API",
      files: {
        "src/domain/a.ts":
          'import "../contracts/b.js";\nimport "../quant/b.js";\nimport "../kernel/b.js";\nimport "../api/b.js";\nimport "../engines/a/b.js";',
        "src/domain/api/a.ts": 'import "../../api/b.js";\nimport "../../node/b.js";',
        "src/contracts/b.ts": "",
        "src/quant/b.ts": "",
        "src/kernel/b.ts": "",
        "src/api/b.ts": "",
        "src/node/b.ts": "",
        "src/engines/a/b.ts": "",
      },
      finds: ["src/domain/a.ts:3", "src/domain/a.ts:4", "src/domain/a.ts:5", "src/domain/api/a.ts:2"],
    },
    {
      title: "an engine from another, or rules of the framework from an engine",
      files: {
        "src/engines/a/a.ts":
          'import "../b/b.js";\nimport "./c.js";\nimport "./d/e.js";\nimport "../../kernel/f.js";\nimport "../../routing/g.js";',
        "src/engines/a/c.ts": "",
        "src/engines/a/d/e.ts": 'import "../c.js";',
        "src/engines/b/b.ts": "",
        "src/kernel/f.ts": "",
        "src/routing/g.ts": "",
      },
      finds: ["src/engines/a/a.ts:1", "src/engines/a/a.ts:5"],
    },
    {
      title: "nothing in downward imports, over several rows or within an area",
      files: {
        "src/main.ts": 'import { a } from "./cli/a.js";\nimport { b } from "./kernel/b.js";',
        "src/cli/a.ts": 'import { b } from "../kernel/b.js";\nimport { c } from "./c.js";',
        "src/cli/c.ts": "",
        "src/kernel/b.ts": 'import { z } from "zod";',
      },
      finds: [],
    },
  ],
  "the framework knows no domain": [
    {
      title: "what is traded, its engines and feeds, but for the catalogue",
      files: {
        "src/node/a.ts":
          'import "../domain/b.js";\nimport "../engines/a/b.js";\nimport type { B } from "../feeds/b.js";\nimport "./catalogue/a.js";',
        "src/node/catalogue/a.ts":
          'import "../../domain/b.js";\nimport "../../engines/a/b.js";\nimport "../../feeds/b.js";',
        "src/cli/a.ts": 'import "../domain/b.js";',
        "src/domain/b.ts": "",
        "src/engines/a/b.ts": "",
        "src/feeds/b.ts": "",
      },
      finds: ["src/node/a.ts:1", "src/node/a.ts:2", "src/node/a.ts:3"],
    },
    inNode("const price = 1;\nfunction toSymbol() {}\ninterface A { readonly maxAssets: number }", 1, 2, 3),
    inNode(
      'const a = { riskAversion: 1 };\nb.capital;\nconst { symbols } = b;\nb["ticker"];\nclass C { #price = 1; }',
      1,
      2,
      3,
      4,
      5,
    ),
    inNode(
      'const a = "the portfolio";\nconst b = `${c} of PORTFOLIO_${d}`;\nconst e = "kitchen.portfolio@1";',
      1,
      2,
      3,
    ),
    inNode(
      '// the price of a symbol\nconst a = Symbol("a");\nconst b = new Map<symbol, string>();\ntypeof a === "symbol";\nb[Symbol.iterator];\nconst priced = capitalised;',
    ),
    {
      title: "nothing outside of the framework",
      files: {
        "src/domain/a.ts": "export const price = 1;",
        "src/quant/a.ts": "const price = 1;",
        "src/node/catalogue/a.ts": "const portfolio = 1;",
        "test/a.ts": "const price = 1;",
      },
      finds: [],
    },
  ],
  "no import cycles": [
    {
      title: "two files",
      files: { "src/node/a.ts": 'import "./b.js";', "src/node/b.ts": '\nimport { a } from "./a.js";' },
      finds: ["src/node/b.ts:2"],
    },
    {
      title: "three files by types only",
      files: {
        "src/node/a.ts": 'import type { B } from "./b.js";',
        "src/node/b.ts": 'import type { C } from "./c.js";',
        "src/node/c.ts": 'import type { A } from "./a.js";',
      },
      finds: ["src/node/c.ts:1"],
    },
    {
      title: "nothing in a diamond or in a worker that imports its owner's types",
      files: {
        "src/node/a.ts": 'import "./b.js";\nimport "./c.js";\nnew URL("./e.js", import.meta.url);',
        "src/node/b.ts": 'import "./d.js";',
        "src/node/c.ts": 'import "./d.js";',
        "src/node/d.ts": "",
        "src/node/e.ts": 'import type { A } from "./a.js";',
      },
      finds: [],
    },
  ],
  "libraries stay in their folders": [
    inNode('import { z } from "zod";\nimport { createActor } from "xstate";', 2),
    inNode('import type { Hono } from "hono";\nimport { serve } from "@hono/node-server";', 1, 2),
    inNode('import { left } from "left-pad";', 1),
    inNode('const { pino } = await import("pino");', 1),
    {
      title: "nothing where a library belongs",
      files: {
        "src/actors/a.machine.ts": 'import { setup } from "xstate";',
        "src/buses/memory-bus.ts": 'import EventEmitter from "eventemitter3";',
        "src/api/a.ts": 'import { cors } from "hono/cors";',
        "src/domain/api/a.ts": 'import { cors } from "hono/cors";',
        "src/kernel/a.ts": 'import { createHash } from "node:crypto";\nimport { pino } from "pino";',
      },
      finds: [],
    },
  ],
  "time, chance and environment come through the kernel": [
    inNode("const a = Date.now();\nconst b = new Date();\nconst c = Date();\nconst d = new Date(5);", 1, 2, 3),
    inNode('const a = Math.random();\nconst b = Math["random"]();\nconst { random } = Math;\nMath.sqrt(2);', 1, 2, 3),
    inNode("const a = performance.now();\nconst { now } = performance;", 1, 2),
    inNode("setTimeout(f, 1);\nconst g = setInterval;\nglobalThis.setImmediate(f);\nqueueMicrotask(f);", 1, 2, 3),
    inNode("const { setTimeout: later } = globalThis;\nconst { setInterval } = globalThis;\nsetInterval(f);", 1, 2, 3),
    inNode("const a = process.env.PATH;\nconst { env } = process;\nprocess.stdout.write(a);", 1, 2),
    inNode("process.exitCode = 1;\nprocess.on('SIGTERM', f);", 1, 2),
    inNode("crypto.randomUUID();\nglobalThis.crypto.randomUUID();\nAbortSignal.timeout(5);", 1, 2, 3),
    inNode('import { createHash, randomUUID } from "node:crypto";\nimport crypto from "node:crypto";', 1, 2),
    inNode('import { setTimeout } from "node:timers/promises";\nimport { performance } from "node:perf_hooks";', 1, 2),
    inNode(
      '// Date.now()\nconst a = "Math.random()";\nclock.setTimeout(f, 1);\nfunction g(process: P): E { return process.env; }\ninterface C { setTimeout(f: F): void }\ntype H = ReturnType<typeof setTimeout>;',
    ),
    {
      title: "process control in the program, and its environment still not",
      files: {
        "src/main.ts": "process.exitCode = 1;\nprocess.on('SIGTERM', f);\nprocess.argv.slice(2);\nprocess.env.A;",
      },
      finds: ["src/main.ts:4"],
    },
    { title: "nothing in the kernel", files: { "src/kernel/a.ts": "Date.now();\nprocess.env.A;" }, finds: [] },
  ],
  "files are short": [
    { title: "301 lines", files: { "src/node/a.ts": lines(301) }, finds: ["src/node/a.ts:301"] },
    { title: "nothing in 300 lines", files: { "src/node/a.ts": lines(300) }, finds: [] },
    {
      title: "nothing in a long table of contracts, and its rest still",
      files: {
        "src/contracts/a.ts": `export const A = [\n${"1,\n".repeat(300)}] as const;\n${lines(300)}`,
        "src/contracts/b.ts": `export const A = [\n${"1,\n".repeat(300)}] as const;\n${lines(301)}`,
      },
      finds: ["src/contracts/b.ts:301"],
    },
  ],
  "functions are short": [
    inNode(`function a() {\n${lines(69)}}`, 1),
    inNode(`class A {\n  a() {\n${lines(69)}}\n}`, 2),
    inNode(`const a = () => {\n${lines(69)}};`, 1),
    inNode(`/**\n${" *\n".repeat(20)} */\nfunction a() {\n${lines(68)}}`),
    { title: "nothing in markup", files: { "src/dashboard/a.tsx": `function A() {\n${lines(90)}}` }, finds: [] },
  ],
  "files import little": [
    {
      title: "the twenty-first module",
      files: { "src/node/a.ts": imports(21), "src/cli/b.ts": `${imports(20)}import type { B } from "./module-1.js";` },
      finds: ["src/node/a.ts:1"],
    },
    {
      title: "modules that are taken for a type, or at run time",
      files: { "src/node/a.ts": `${imports(19)}import type { A } from "./a.js";\nawait import("./b.js");` },
      finds: ["src/node/a.ts:1"],
    },
    {
      title: "nothing in lists, nor outside of src",
      files: Object.fromEntries(
        ["src/index.ts", "src/node/catalogue/engines.ts", "src/api/create-api.ts", "test/unit/a.test.ts"].map(
          (path) => [path, imports(40)],
        ),
      ),
      finds: [],
    },
  ],
  "options are few": [
    inNode(`class A { constructor({ m1 }: { ${members(9)} }) {} }`, 1),
    inNode(`function createA(options: { ${members(9)} }): A {}\nfunction makeA(options: { ${members(9)} }): A {}`, 1),
    inNode(`const createA = (options: Readonly<{ ${members(9)} }>): A => f();`, 1),
    inNode(`interface Parts { ${members(9)} }\nclass A { constructor(clock: Clock, parts: Parts) {} }`, 2),
    inNode(`interface B { ${members(8)} }\ninterface C extends B { x: X }\nclass A { constructor(c: C) {} }`, 3),
    inNode(
      `interface B { ${members(9)} }\ntype C = Omit<B, "m1" | "m2"> & { x: X; y: Y };\nclass A { constructor(c: C) {} }`,
      3,
    ),
    {
      title: "options that are described elsewhere",
      files: {
        "src/node/a.ts": 'import type { AOptions } from "./options.js";\nclass A { constructor(options: AOptions) {} }',
        "src/node/options.ts": `export interface AOptions { ${members(9)} }`,
      },
      finds: ["src/node/a.ts:2"],
    },
    {
      title: "nothing in ports, calls, requests and what leaves enough out",
      files: {
        "src/node/a.ts":
          'import type { CallOptions, Port } from "./b.js";\nclass A { constructor(port: Port, call: CallOptions) {} }',
        "src/node/b.ts": `export interface Port { ${members(9)} }\nexport interface CallOptions { ${members(9)} }`,
        "src/node/c.ts": `interface RunRequest { ${members(9)} }\nclass C { constructor(request: RunRequest) {} }`,
        "src/node/d.ts": `interface D { ${members(9)} }\nfunction createD(d: Omit<D, "m1">): void {}`,
        "src/node/e.ts": `interface E { ${members(8)} }\nfunction createE(e: E, wide: Pick<Wide, "a" | "b">): void {}`,
      },
      finds: [],
    },
  ],
  "every file is reached": [
    {
      title: "a file that only a test or another dead file imports",
      files: {
        "src/main.ts": 'import "./cli/a.js";',
        "src/cli/a.ts": "",
        "src/cli/b.ts": 'import "./c.js";',
        "src/cli/c.ts": "",
        "test/unit/b.test.ts": 'import "../../src/cli/b.js";',
      },
      finds: ["src/cli/b.ts:1", "src/cli/c.ts:1"],
    },
    {
      title: "nothing reached by workers, dynamic imports, types or the public API",
      files: {
        "src/index.ts": 'export { a } from "./node/a.js";',
        "src/node/a.ts":
          'new Worker(new URL(ts ? "./b.ts" : "./b.js", import.meta.url));\nawait import("./c.js");\nnew URL(`./d${x}`, import.meta.url);\nimport type { E } from "./e.js";',
        "src/node/b.ts": "",
        "src/node/c.ts": "",
        "src/node/d.ts": "",
        "src/node/e.ts": "",
      },
      finds: [],
    },
  ],
  "every export is used": [
    inNode(
      "export function a() {}\nexport const b = 1, { c } = d;\nexport class E {}\nexport type F = 1;",
      1,
      2,
      2,
      3,
      4,
    ),
    inNode("export const a = 1;\nconst b = a;\nexport { b };", 1, 3),
    {
      title: "what only tests use",
      files: {
        "src/node/a.ts": "export const a = 1;\nexport const b = 1;\nconst c = b;",
        "test/a.ts": 'import { a, b } from "../src/node/a.js";',
      },
      finds: ["src/node/a.ts:1"],
    },
    {
      title: "what a namespace import leaves unused",
      files: {
        "src/node/a.ts": "export const a = 1;\nexport const b = 1;",
        "src/node/b.ts": 'import * as all from "./a.js";\nall.a;',
      },
      finds: ["src/node/a.ts:2"],
    },
    {
      title: "nothing that the program, a benchmark, an example or the public API uses, nor a type of what is used",
      files: {
        "src/node/a.ts":
          "export interface A { b: B }\nexport interface B {}\nexport const c = 1;\nexport const d = 1;\nexport const e = 1;\nexport const f = 1;",
        "src/node/b.ts": 'import { type A, c as g } from "./a.js";',
        "src/index.ts": 'export { d } from "./node/a.js";',
        "bench/a.bench.ts": 'import { e } from "../src/node/a.js";',
        "examples/a.ts": 'const { f } = await import("../src/node/a.js");',
      },
      finds: [],
    },
  ],
  "modules export what is theirs, by name": [
    inNode('export { b } from "./b.js";\nexport * from "./c.js";\nexport type { D } from "./d.js";', 1, 2, 3),
    inNode('import { a } from "./b.js";\nexport { a };\nconst c = 1;\nexport { c };', 2),
    inNode("export default function a() {}", 1),
    inNode("export default 1;", 1),
    { title: "nothing in the public API", files: { "src/index.ts": 'export { b } from "./node/b.js";' }, finds: [] },
  ],
  "modules hold no state": [
    inNode("let a = 1;\nvar b = 2;\nconst c = 3;", 1, 2),
    inNode("const a = new Map();\nconst b = new Set<string>();\nconst c = new WeakMap();", 1, 2, 3),
    inNode("const bus = new EventEmitter();\nexport const app = new Hono();", 1, 2),
    inNode("const a: string[] = [];\nfunction f() { a.push('x'); }\nfunction g() { a[0] = 'y'; }", 2, 3),
    inNode(
      "const a = { n: 0, m: [0] };\nconst f = () => a.n++;\na.m[0]! += 1;\ndelete a.n;\nObject.assign(a, {});",
      2,
      3,
      4,
      5,
    ),
    inNode("const scratch = new Float64Array(8);\nfunction f() { scratch.fill(0); }", 2),
    inNode(
      'const a: ReadonlyMap<string, number> = new Map([["x", 1]]);\nconst b = new Set(["x"]) as ReadonlySet<string>;\nconst c = new URL(".", import.meta.url);\nconst d = [3, 1].map(String);\nconst e = [3, 1];\nfunction f() { const e: number[] = []; e.push(1); let g = 1; const m = new Map(); m.set(g, d); return e; }\nfunction h(a: string[]) { a.push("x"); }',
    ),
  ],
  "files are named in kebab-case after what they are": [
    { title: "camel case", files: { "src/node/createNode.ts": "" }, finds: ["src/node/createNode.ts:1"] },
    { title: "snake case", files: { "test/a_b/c.test.ts": "" }, finds: ["test/a_b/c.test.ts:1"] },
    { title: "an empty word", files: { "src/node/string-utils.ts": "" }, finds: ["src/node/string-utils.ts:1"] },
    { title: "an empty folder name", files: { "src/common/a.ts": "" }, finds: ["src/common/a.ts:1"] },
    {
      title: "nothing in good names, nor outside of the named folders",
      files: { "src/actors/engine-host.machine.ts": "", "bench/peers/.npmrc": "", "README.md": "" },
      finds: [],
    },
  ],
  "declarations are named after what they are": [
    inNode("class BusManager {}\nconst stringUtils = {};\nfunction managerOf() {}", 1, 2),
  ],
  "nothing is marked unfinished": [
    { title: "a marker", files: { "src/node/a.ts": `\n// ${"TO" + "DO"}: more` }, finds: ["src/node/a.ts:2"] },
    { title: "a marker in a script", files: { "scripts/a.mjs": `// ${"HA" + "CK"}` }, finds: ["scripts/a.mjs:1"] },
    { title: "nothing in prose", files: { "src/node/a.ts": "// what is left to do" }, finds: [] },
  ],
  "no path of one machine": [
    { title: "a home", files: { "docs/a.md": `see ${["", "home", "me"].join("/")}` }, finds: ["docs/a.md:1"] },
    { title: "nothing relative", files: { "docs/a.md": ["src", "work", "a.ts ..", "root", "b"].join("/") }, finds: [] },
  ],
  "no download addresses": [
    {
      title: "a lock file with an address",
      files: { "bench/peers/package-lock.json": '{\n"resolved": "https://example.org/a.tgz"\n}' },
      finds: ["bench/peers/package-lock.json:2"],
    },
    { title: "settings with a registry", files: { ".npmrc": "registry=https://example.org" }, finds: [".npmrc:1"] },
    {
      title: "nothing else",
      files: { ".npmrc": "omit-lockfile-registry-resolved=true", "package-lock.json": '"url": "https://example.org"' },
      finds: [],
    },
  ],
  "all tests run": [
    inTest('it.only("a", f);\ndescribe.skip("b", f);\ntest.todo("c");\nit.only.each([1])("d", f);', 1, 2, 3, 4),
    inTest('describe.skipIf(!has)("a", f);\nit.runIf(has)("b", f);', 1, 2),
    inTest('it("should work", f);\nit("shouldn\'t", f);\nit("works", f);', 1),
    inTest('vi.mock("./a.js");\nvi.fn();', 1),
    inTest('if (!has) console.warn("needs it");\ndescribe.skipIf(!has)("a", f);'),
    inTest('// it.only("a")\nconst text = "it.skip(1)";\nrows.only;\nit.each([1])("b", f);'),
  ],
};

describe.each(Object.entries(PROOFS))("%s", (name, proofs) => {
  const rule: Rule = RULES[name as keyof typeof RULES];

  it.each(proofs.map((proof): [string, Proof] => [proof.title, proof]))("%s", (_, { files, finds }) => {
    expect(rule(treeOf(files)).map(({ path, line }) => `${path}:${line}`)).toEqual(finds);
  });

  it("is proved by something that it finds", () => {
    expect(proofs.some(({ finds }) => finds.length > 0)).toBe(true);
  });
});

describe("outsideOf", () => {
  const found = [
    { path: "src/a.ts", line: 1, message: "too much" },
    { path: "src/b.ts", line: 7, message: "too much" },
  ];

  it("leaves out files that are named, and finds those that are named and keep the rule", () => {
    const named = outsideOf(["src/a.ts", "src/c.ts"], found);
    expect(named.map(({ path, line }) => `${path}:${line}`)).toEqual(["src/b.ts:7", "src/c.ts:1"]);
  });
});
