// Planted bugs: that each still applies and is TypeScript, and that one is found. All of them: `npm run simulate:mutants`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createInvariants } from "../../src/simulation/invariants/invariants.js";
import { SCENARIOS } from "../../src/simulation/scenarios/scenarios.js";
import { inForm } from "../support/in-form.js";

interface Mutant {
  readonly name: string;
  readonly bug: string;
  readonly seenBy: string;
  readonly scenario: string;
  readonly hours: number;
}

interface Result extends Mutant {
  readonly found: number;
  readonly seeds: number;
}

interface Patches {
  readMutants(): readonly Mutant[];
  parsePatch(name: string, text: string): Mutant;
  patchedFiles(mutant: Mutant): readonly { readonly path: string; readonly text: string }[];
  applyHunks(name: string, path: string, file: { source: string; hunks: readonly object[] }): string;
  transpile(path: string, text: string): string;
}

interface Builds {
  readonly builds: string;
  buildMutant(mutant: Mutant, where: { unpatched: string; folder: string }): string;
  simulateSeeds(
    build: string,
    order: Pick<Mutant, "scenario" | "hours"> & {
      readonly seeds: readonly number[];
      readonly jobs: number;
      readonly onSeed: (result: { readonly violation: { readonly invariant: string } | null }) => boolean;
    },
  ): Promise<void>;
}

interface Results {
  readResults(): Readonly<Record<string, Result>>;
  withTable(text: string, results: Readonly<Record<string, Result>>): string;
}

const script = (name: string): string => new URL(`../../scripts/${name}.mjs`, import.meta.url).href;
const { readMutants, parsePatch, patchedFiles, applyHunks, transpile } = (await import(
  script("mutant-patches")
)) as Patches;
const { builds, buildMutant, simulateSeeds } = (await import(script("mutant-builds"))) as Builds;
const { readResults, withTable } = (await import(script("mutant-results"))) as Results;

const mutants = readMutants();
/** Found within a second, in any seed. */
const QUICK = "double-subscribe";
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
/** All seeds of a mutant that is hard to find, on a busy machine. */
const PATIENCE_MS = 600_000;
/** What the tests of whole processes run as well. */
const DIST = join(import.meta.dirname, "../../dist");

/** What each seed violates, up to the first that violates anything. */
async function violations(
  build: string,
  order: Pick<Mutant, "scenario" | "hours"> & { readonly seeds: readonly number[] },
): Promise<readonly (string | undefined)[]> {
  const invariants: (string | undefined)[] = [];
  await simulateSeeds(build, {
    ...order,
    jobs: 1,
    onSeed: ({ violation }) => {
      invariants.push(violation?.invariant);
      return violation !== null;
    },
  });
  return invariants;
}

describe("the planted bugs", () => {
  it("are at least twelve", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(12);
  });

  it.each(mutants)("still fit the source and compile: $name", (mutant) => {
    for (const { path, text } of patchedFiles(mutant)) {
      expect(text).not.toBe(readFileSync(join(import.meta.dirname, "../..", path), "utf8"));
      expect(transpile(path, text)).not.toBe("");
    }
  });

  it.each(mutants)("name an invariant and a scenario that there are: $name", ({ seenBy, scenario }) => {
    const found = SCENARIOS.find(({ name }) => name === scenario);
    const invariants = [...createInvariants(), ...(found?.invariants?.() ?? [])].map(({ name }) => name);
    expect(invariants).toContain(seenBy.split(":")[0]);
  });

  it.each(inForm({ short: [QUICK], long: mutants.map(({ name }) => name) }))(
    "are found by the simulation: %s",
    async (name) => {
      const mutant = mutants.find((each) => each.name === name)!;
      const patched = buildMutant(mutant, { unpatched: DIST, folder: join(builds, "test-patched") });
      const violated = await violations(patched, { ...mutant, seeds: SEEDS });
      expect(violated.at(-1)).not.toBeUndefined();
    },
    PATIENCE_MS,
  );

  it(
    "are not found where there is none",
    async () => {
      const { scenario, hours } = mutants.find(({ name }) => name === QUICK)!;
      expect(
        await violations(DIST, { scenario, hours: inForm({ short: hours / 4, long: hours }), seeds: [1] }),
      ).toEqual([undefined]);
    },
    PATIENCE_MS,
  );
});

describe("parsePatch", () => {
  const HEAD = "Bug: b\nSeen by: i\nScenario: mesh\nHours: 1\n";

  it("refuses what is no patch, by name", () => {
    expect(() => parsePatch("x", HEAD)).toThrow("mutant x: it changes no file");
    expect(() => parsePatch("x", "Bug: b\n--- src/a.ts\n")).toThrow("mutant x: its head says no Seen by");
    expect(() => parsePatch("x", `Bugs: many\n${HEAD}--- src/a.ts\n`)).toThrow('"Bugs: many" is no field');
    expect(() => parsePatch("x", `${HEAD}--- src/a.ts\nwhat\n`)).toThrow('"what" belongs to no hunk');
  });

  it("refuses a file that there is not", () => {
    const mutant = parsePatch("x", `${HEAD}--- src/absent.ts\n+++ src/absent.ts\n@@ -1 +1 @@\n-a\n+b\n`);
    expect(() => patchedFiles(mutant)).toThrow("mutant x does not apply: there is no src/absent.ts");
  });
});

describe("applyHunks", () => {
  const hunks = [{ before: ["one", "two"], after: ["one", "three"] }];

  it("changes lines wherever they have moved to", () => {
    expect(applyHunks("x", "a.ts", { source: "zero\none\ntwo\n", hunks })).toBe("zero\none\nthree\n");
    expect(applyHunks("x", "a.ts", { source: "one\ntwo\n", hunks })).toBe("one\nthree\n");
  });

  it("refuses lines that are gone, or that are there twice", () => {
    const apply = (source: string) => (): string => applyHunks("x", "a.ts", { source, hunks });
    expect(apply("one\nfour\n")).toThrow("mutant x does not apply to a.ts: these lines are not there any more");
    expect(apply("one\ntwo\none\ntwo\n")).toThrow("these lines are there 2 times");
  });
});

describe("the results that are kept", () => {
  it("tell of every mutant, as it is now, that it was found", () => {
    const results = readResults();
    expect(Object.keys(results)).toEqual(mutants.map(({ name }) => name));
    for (const { name, bug, scenario, hours } of mutants) {
      expect(results[name]).toMatchObject({ bug, scenario, hours });
      expect(results[name]?.found).toBeGreaterThan(0);
      expect(results[name]?.seeds).toBeLessThanOrEqual(50);
    }
  });

  it("are the table of the documentation", () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/simulation.md"), "utf8");
    expect(withTable(text, readResults())).toBe(text);
  });
});
