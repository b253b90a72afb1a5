// How every benchmark measures and reports: subjects interleaved in one process, medians over rounds, bars that decide.
import { quantileOfSorted, sorted } from "../src/quant/statistics/quantile.js";

export interface Subject {
  readonly name: string;
  /** Does that many operations; resolves when the last is done. */
  readonly run: (operations: number) => Promise<void> | void;
}

export interface InterleaveOptions {
  readonly rounds?: number;
  /** Warm-up per subject before anything is measured. */
  readonly warmUpMs?: number;
  /** Length of one measured slice of one subject. */
  readonly sliceMs?: number;
  /** Seeds the order of the subjects within each round. */
  readonly seed?: number;
}

/** Median with the quartiles around it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  /** Operations per second of a subject over the rounds. */
  opsPerSecond(name: string): Spread;
  /** Of the per-round ratios of two subjects' throughput: what slows a whole round slows both. */
  ratio(of: string, to: string): Spread;
}

/** Measures the subjects in rounds, each round in a random order, collecting garbage before each slice where allowed. */
export async function interleave(subjects: readonly Subject[], options: InterleaveOptions = {}): Promise<Comparison> {
  const { rounds = 15, warmUpMs = 300, sliceMs = 100, seed = 1 } = options;
  const slices = new Map<Subject, number>();
  for (const subject of subjects) slices.set(subject, await operationsPerSlice(subject, warmUpMs, sliceMs));
  const measured = new Map(subjects.map((subject): [string, number[]] => [subject.name, []]));
  const draw = createDraw(seed);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of shuffled(subjects, draw)) {
      globalThis.gc?.();
      const operations = slices.get(subject) ?? 1;
      measured.get(subject.name)?.push((operations / (await timeMs(subject, operations))) * 1000);
    }
  }
  return compare(measured);
}

/** A subject that does one call after the other. */
export function sequential(name: string, call: () => Promise<unknown>): Subject {
  return {
    name,
    run: async (operations) => {
      for (let done = 0; done < operations; done += 1) await call();
    },
  };
}

/** A subject that keeps `width` calls in flight. */
export function inFlight(name: string, width: number, call: () => Promise<unknown>): Subject {
  return {
    name,
    run: async (operations) => {
      let left = operations;
      const lane = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await call();
        }
      };
      await Promise.all(Array.from({ length: width }, lane));
    },
  };
}

export type Bar = { readonly atLeast: number } | { readonly atMost: number };

export interface Report {
  readonly name: string;
  /** A spread is reported by its median, and by its quartiles as `…Low` and `…High`. */
  readonly ratio: Readonly<Record<string, number | Spread>>;
  /** Units stand at the end of the names. */
  readonly absolute: Readonly<Record<string, number>>;
  /** What a ratio or an absolute figure must reach, by its name. */
  readonly bar: Readonly<Record<string, Bar>>;
  /** Whether what must hold beyond the bars did. */
  readonly pass?: boolean;
}

/** What is kept of a report: one number to a figure, and whether all held. */
export interface Result {
  readonly name: string;
  readonly ratio: Readonly<Record<string, number>>;
  readonly absolute: Readonly<Record<string, number>>;
  readonly pass: boolean;
  readonly bar: Readonly<Record<string, Bar>>;
}

/**
 * Prints the figures, with `--json` among the arguments also as one JSON object on the last line, and sets the exit code.
 * @throws RangeError when a bar names no figure
 */
export function report(measured: Report): void {
  const { name, ratio, absolute, bar, pass } = resultOf(measured);
  console.table(
    Object.entries({ ...ratio, ...absolute }).map(([figure, value]) => ({
      figure,
      measured: value,
      bar: describeBar(bar[figure]),
    })),
  );
  for (const figure of missesOf(measured))
    console.log(`${name}: ${figure} misses its bar: ${describeBar(bar[figure])}`);
  console.log(`${name}: ${pass ? "passed" : "FAILED"}`);
  if (process.argv.includes("--json")) console.log(JSON.stringify({ name, ratio, absolute, pass, bar }));
  if (!pass) process.exitCode = 1;
}

/** @throws RangeError when a bar names no figure */
export function resultOf(measured: Report): Result {
  const { name, ratio, absolute, bar, pass = true } = measured;
  const passed = pass && missesOf(measured).length === 0;
  return { name, ratio: rounded(flattened(ratio)), absolute: rounded(absolute), pass: passed, bar };
}

/** The figures that do not reach their bars, before any rounding. */
function missesOf({ ratio, absolute, bar }: Report): string[] {
  const figures = { ...flattened(ratio), ...absolute };
  const missed = Object.entries(bar).filter(([figure, limit]) => !reaches(figureOf(figures, figure), limit));
  return missed.map(([figure]) => figure);
}

function flattened(figures: Report["ratio"]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([figure, value]): [string, number][] =>
      typeof value === "number"
        ? [[figure, value]]
        : [
            [figure, value.median],
            [`${figure}Low`, value.low],
            [`${figure}High`, value.high],
          ],
    ),
  );
}

function reaches(value: number, bar: Bar): boolean {
  return "atLeast" in bar ? value >= bar.atLeast : value <= bar.atMost;
}

function describeBar(bar: Bar | undefined): string {
  if (bar === undefined) return "";
  return "atLeast" in bar ? `≥ ${bar.atLeast}` : `≤ ${bar.atMost}`;
}

function figureOf(figures: Readonly<Record<string, number>>, name: string): number {
  const value = figures[name];
  if (value === undefined) throw new RangeError(`the bar "${name}" names no figure`);
  return value;
}

function rounded(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([figure, value]) => [figure, round(value)]));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

async function operationsPerSlice(subject: Subject, warmUpMs: number, sliceMs: number): Promise<number> {
  const until = performance.now() + warmUpMs;
  let operations = 1;
  let tookMs = await timeMs(subject, operations);
  while (performance.now() < until || tookMs < sliceMs / 4) {
    if (tookMs < sliceMs / 4) operations *= 2;
    tookMs = await timeMs(subject, operations);
  }
  return Math.max(1, Math.round((operations * sliceMs) / tookMs));
}

async function timeMs(subject: Subject, operations: number): Promise<number> {
  const began = performance.now();
  await subject.run(operations);
  return performance.now() - began;
}

function compare(measured: ReadonlyMap<string, readonly number[]>): Comparison {
  const roundsOf = (name: string): readonly number[] => {
    const rounds = measured.get(name);
    if (rounds === undefined) throw new RangeError(`no subject is called "${name}"`);
    return rounds;
  };
  return {
    opsPerSecond: (name) => spreadOf(roundsOf(name)),
    ratio: (of, to) => {
      const others = roundsOf(to);
      return spreadOf(roundsOf(of).map((value, index) => value / (others[index] ?? Number.NaN)));
    },
  };
}

function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/** Under the convention that the program's own quantiles keep. */
export function quantile(values: readonly number[], share: number): number {
  return quantileOfSorted(sorted(Float64Array.from(values)), share);
}

function shuffled<T>(items: readonly T[], draw: () => number): T[] {
  return items
    .map((item) => ({ item, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** mulberry32 by Tommy Ettinger: enough to order a handful of subjects, and the same order for the same seed. */
function createDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
