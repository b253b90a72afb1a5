// How the scripts run other programs: output to stderr, signals passed on, and failure as an error that names the step.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

export class StepError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a program in the project's root and resolves to its exit code.
 * `stdout` is where its standard output goes: this process's stderr unless told otherwise.
 * @throws StepError when it cannot be started, or when a signal ended it or was meant for this process
 */
export async function run(command, args, { stdout = 2, env = {} } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", stdout, 2], env: { ...process.env, ...env } });
  let received;
  const forward = (signal) => {
    received = signal;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    const [code, signal] = await once(child, "exit");
    const endedBy = received ?? signal;
    if (endedBy) throw new StepError(`interrupted by ${endedBy}`, 128 + constants.signals[endedBy]);
    return code;
  } catch (error) {
    if (error instanceof StepError) throw error;
    throw new StepError(`cannot run ${command}: ${error.message}`);
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/** Runs a step that must succeed. */
export async function runStep(name, command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) throw new StepError(`${name} failed with exit code ${code}; its output is above`);
}

/** Runs npm in `folder`: the npm that runs this script where there is one. */
export async function runNpm(name, args, folder = root) {
  const { npm_execpath: cli } = process.env;
  const [command, first] = cli?.endsWith("npm-cli.js") ? [process.execPath, [cli]] : ["npm", []];
  await runStep(name, command, [...first, ...args, "--prefix", folder]);
}

/** One line of progress, on stderr so that a program's own output stays clean. */
export function say(line) {
  process.stderr.write(`nautilus: ${line}\n`);
}

/** Runs a script's main function; a failed step is one line and its exit code, a bug keeps its stack. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}
