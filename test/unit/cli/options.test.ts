import { describe, expect, it } from "vitest";
import { z } from "zod";
import { COMMANDS } from "../../../src/cli/commands.js";
import { commandHelp } from "../../../src/cli/help.js";
import { environmentName, optionsOf, type Option } from "../../../src/cli/option.js";
import { requestOf } from "../../../src/cli/request-options.js";
import { readSettings, type Settings, type Sources } from "../../../src/cli/settings.js";
import { expectsOf, formOf, placeholderOf, valueOf } from "../../../src/cli/value-kinds.js";
import { ExecuteRequestSchema } from "../../../src/domain/requests.js";
import { START_OPTIONS } from "../../../src/cli/command-options.js";
import { NodeOptionsSchema, optionGroup } from "../../../src/contracts/options.js";

function read(options: readonly Option[], sources: Partial<Sources> = {}): Settings {
  return readSettings(options, { given: new Map(), env: {}, file: { name: "a.json", values: new Map() }, ...sources });
}

function optionsOfCommand(name: string): readonly Option[] {
  return COMMANDS.find((command) => command.name === name)?.options ?? [];
}

function helpOf(options: readonly Option[]): string[] {
  const command = { name: "brew", summary: "make tea", options, run: () => expect.unreachable() };
  return commandHelp(command, [], []).split("\n");
}

describe("an option of a node", () => {
  const options = optionsOfCommand("start");
  const lines = helpOf(options);

  it.each(Object.keys(NodeOptionsSchema.shape))("has all its names and its line of help: %s", (field) => {
    const option = options.find((candidate) => candidate.field === field)!;
    const { name, form } = option;
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(form).toMatchObject({ heading: expect.any(String), description: expect.stringMatching(/^[^A-Z]|^Redis /) });
    expect(form.flagOnly).toBeUndefined();
    const line = lines.find((each) => each.startsWith(`  --${name} `)) ?? "";
    expect(line).toContain(form.description);
    const fallback: unknown = START_OPTIONS[field as keyof typeof START_OPTIONS].safeParse(undefined).data;
    const [, shown] = /\(default (.*)\)$/.exec(line) ?? [];
    const isNothing = [undefined, "false", "", "[object Object]"].includes(fallback?.toString());
    expect(shown).toBe(isNothing ? undefined : String(fallback));
  });

  it.each(
    options.filter(({ form }) => typeof form.default === "number").map((option) => [option.name, option] as const),
  )("is refused by the name it was given under: %s", (name, option) => {
    const refusal = (sources: Partial<Sources>): unknown => {
      try {
        return read([option], sources).given;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const words = `expected ${expectsOf(option.form)}, not`;
    const variable = environmentName(name);
    expect(refusal({ given: new Map([[name, ["tea"]]]) })).toBe(`--${name}: ${words} "tea"`);
    expect(refusal({ env: { [variable]: "tea" } })).toBe(`environment variable ${variable}: ${words} "tea"`);
    expect(refusal({ file: { name: "a.json", values: new Map([[name, null]]) } })).toBe(
      `${name} in a.json: ${words} null`,
    );
    expect(refusal({ env: { [variable]: JSON.stringify(option.form.default) } })).toEqual({
      [option.field]: option.form.default,
    });
  });
});

describe("an entry", () => {
  const options = optionsOf(
    optionGroup("Tea", {
      teaPots: z.int().min(1).max(9).default(3).describe("pots of tea"),
      milk: z.enum(["none", "some"]).optional().describe("what goes in"),
    }),
  );

  it("is an option everywhere, without another word about it", () => {
    expect(helpOf(options).slice(4)).toEqual([
      "Tea:",
      "  --tea-pots N      pots of tea (default 3)",
      "  --milk none|some  what goes in",
      "",
    ]);
    expect(read(options).options).toEqual({ teaPots: 3, milk: undefined });
    expect(read(options, { given: new Map([["tea-pots", ["2"]]]) }).given).toEqual({ teaPots: 2 });
    expect(read(options, { env: { NAUTILUS_TEA_POTS: "4" } }).options).toEqual({ teaPots: 4, milk: undefined });
    expect(read(options, { file: { name: "a.json", values: new Map([["milk", "some"]]) } }).given).toEqual({
      milk: "some",
    });
    expect(() => read(options, { env: { NAUTILUS_TEA_POTS: "10" } })).toThrow(
      'environment variable NAUTILUS_TEA_POTS: expected a whole number from 1 to 9, not "10"',
    );
  });
});

describe("a kind of value", () => {
  const named = z.string().meta({ placeholder: "NAME", expects: "a name" });

  it.each([
    [z.number().gt(0).max(1e15), "X", "a number above 0, at most 1e15", "1.5", 1.5],
    [z.number().min(-1).max(1), "X", "a number from -1 to 1", "-.5e0", -0.5],
    [z.number().min(2), "X", "a number at least 2", "0x10", "0x10"],
    [z.number(), "X", "a number", "", ""],
    [z.union([z.int().min(0).max(9), z.literal("max")]), "N|max", "a whole number from 0 to 9, or max", "max", "max"],
    [z.union([z.enum(["a", "b"]), z.literal(false)]), "a|b", "one of a, b", "false", "false"],
    [z.boolean(), "", "true or false", "YES", true],
    [z.boolean(), "", "true or false", "perhaps", "perhaps"],
    [z.iso.date(), "DATE", "a date, like 2018-01-05", "2018-01-05", "2018-01-05"],
    [z.string(), "TEXT", "a text", "a,b", "a,b"],
    [z.array(named).max(5), "NAME,…", "a name (up to 5, separated by commas)", " a ,b,", ["a", "b"]],
    [z.array(z.number()), "X,…", "a number (several are separated by commas)", "1,2", [1, 2]],
    [z.array(named), "NAME,…", "a name (several are separated by commas)", " , ", " , "],
    [
      z.record(named, z.int().min(1).max(2)),
      "NAME=N,…",
      "NAME=N, where NAME is a name, and N a whole number from 1 to 2 (several are separated by commas)",
      "a = 1,b=2",
      { a: 1, b: 2 },
    ],
  ])("is read off its schema (%#)", (schema, placeholder, expects, text, value) => {
    const form = formOf(schema);
    expect([placeholderOf(form), expectsOf(form), valueOf(text, form)]).toEqual([placeholder, expects, value]);
  });

  it.each(["a", "a=1=2", "__proto__=1", "a=1,b"])("is no pair: %s", (text) => {
    const schema = z.record(named, z.int());
    expect(schema.safeParse(valueOf(text, formOf(schema))).success).toBe(false);
  });
});

describe("a field of a request", () => {
  const options = optionsOfCommand("run");
  const { constraints, universe, ...fields } = ExecuteRequestSchema.shape;
  const inner = constraints.unwrap().shape;

  it.each(Object.entries({ ...fields, ...inner, symbols: universe }))("has a flag: %s", (field, schema) => {
    const form = options.find((option) => option.field === field)?.form;
    const description: unknown = expect.stringMatching(/^[^A-Z].*[^.]$/);
    expect(form).toMatchObject({ ...formOf(schema), flagOnly: true, description });
  });

  it("goes where the request has it", () => {
    expect(requestOf({ symbols: ["A"], maxWeight: 0.5, maxAssets: 2, port: 1 })).toEqual({
      universe: ["A"],
      constraints: { maxWeight: 0.5, maxAssets: 2 },
    });
  });
});

describe("every command", () => {
  it("needs no option", () => {
    for (const { options } of COMMANDS) expect(read(options).given).toEqual({});
  });

  it("takes from the environment no option of another by the same name", () => {
    const all = COMMANDS.flatMap(({ options }) => options);
    const ofLineOnly = new Set(all.filter(({ form }) => form.flagOnly === true).map(({ name }) => name));
    expect(all.filter(({ name, form }) => ofLineOnly.has(name) && form.flagOnly !== true)).toEqual([]);
  });
});
