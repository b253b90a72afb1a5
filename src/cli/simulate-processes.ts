// Many seeds on many cores: processes of this same program, each with some of them, whose lines are passed on as they come.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import type { SIMULATE_OPTIONS } from "./command-options.js";

type SimulateOptions = Invocation<typeof SIMULATE_OPTIONS>["options"];

export interface SharedSeeds {
  readonly first: number;
  readonly last: number;
  readonly jobs: number;
  readonly options: SimulateOptions;
}

/** Each process is given so many shares of the seeds, one after the other: the cores end at about the same time. */
const SHARES_PER_JOB = 4;

export async function simulateInProcesses({ first, last, jobs, options }: SharedSeeds, io: CliIo): Promise<ExitCode> {
  const size = Math.ceil((last - first + 1) / (jobs * SHARES_PER_JOB));
  const shares: string[] = [];
  for (let from = first; from <= last; from += size) shares.push(`${from}..${Math.min(last, from + size - 1)}`);
  const lane = async (): Promise<boolean> => {
    let isClean = true;
    for (let seeds = shares.shift(); seeds !== undefined; seeds = shares.shift()) {
      const code = await simulateShare(seeds, options, io);
      if (code === 0) continue;
      isClean = false;
      if (code !== 1) io.stderr(`nautilus: the process for the seeds ${seeds} ended with ${code ?? "a signal"}\n`);
    }
    return isClean;
  };
  const lanes = await Promise.all(Array.from({ length: jobs }, lane));
  return lanes.every((isClean) => isClean) ? 0 : 1;
}

async function simulateShare(
  seeds: string,
  { scenario, hours, faults, json }: SimulateOptions,
  io: CliIo,
): Promise<number | null> {
  const words = { seeds, jobs: 1, scenario, hours, faults: faults.join() };
  const options = Object.entries(words).map(([name, value]) => `--${name}=${value}`);
  const args = [...process.execArgv, process.argv[1] ?? "", "simulate", ...options, ...(json ? ["--json"] : [])];
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
