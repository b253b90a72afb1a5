// Many seeds on many cores: processes of this same program, each with some of them, whose lines are passed on as they come.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Settings } from "./settings.js";
import { FAULTS, HOURS, SCENARIO } from "./simulate-options.js";
import { JSON_FLAG } from "./request-options.js";

export interface SharedSeeds {
  readonly first: number;
  readonly last: number;
  readonly jobs: number;
  readonly settings: Settings;
}

/** Each process is given so many shares of the seeds, one after the other: the cores end at about the same time. */
const SHARES_PER_JOB = 4;

export async function simulateInProcesses({ first, last, jobs, settings }: SharedSeeds, io: CliIo): Promise<ExitCode> {
  const size = Math.ceil((last - first + 1) / (jobs * SHARES_PER_JOB));
  const shares: string[] = [];
  for (let from = first; from <= last; from += size) shares.push(`${from}..${Math.min(last, from + size - 1)}`);
  const lane = async (): Promise<boolean> => {
    let isClean = true;
    for (let seeds = shares.shift(); seeds !== undefined; seeds = shares.shift()) {
      const code = await simulateShare(seeds, settings, io);
      if (code === 0) continue;
      isClean = false;
      if (code !== 1) io.stderr(`nautilus: the process for the seeds ${seeds} ended with ${code ?? "a signal"}\n`);
    }
    return isClean;
  };
  const lanes = await Promise.all(Array.from({ length: jobs }, lane));
  return lanes.every((isClean) => isClean) ? 0 : 1;
}

async function simulateShare(seeds: string, settings: Settings, io: CliIo): Promise<number | null> {
  const program = process.argv[1] ?? "";
  const given = [SCENARIO, HOURS].flatMap((option) =>
    settings.has(option) ? [`--${option.name}`, String(settings.get(option))] : [],
  );
  const faults = settings.has(FAULTS) ? [`--${FAULTS.name}`, (settings.get(FAULTS) as string[]).join()] : [];
  const json = settings.flag(JSON_FLAG) ? ["--json"] : [];
  const args = [
    ...process.execArgv,
    program,
    "simulate",
    "--seeds",
    seeds,
    "--jobs",
    "1",
    ...given,
    ...faults,
    ...json,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  // Line by line: those of several processes must not run into each other.
  createInterface({ input: child.stdout }).on("line", (line) => {
    io.stdout(`${line}\n`);
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    io.stderr(`${line}\n`);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}
