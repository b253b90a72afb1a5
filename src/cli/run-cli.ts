// The command line: which command, with which settings; failures become one line on stderr and an exit code.
import { resolve } from "node:path";
import { NODE_VERSION } from "../node/version.js";
import { CliFailure, usageFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { parseCommandLine, type CommandLine } from "./command-line.js";
import type { Command, Invocation } from "./command.js";
import { GLOBAL_FLAGS } from "./command-options.js";
import { COMMANDS, FUTURE_COMMANDS } from "./commands.js";
import { readConfigFile } from "./config-file.js";
import { commandHelp, generalHelp } from "./help.js";
import { suggestion } from "./nearest.js";
import { optionsOf, type Option } from "./option.js";
import { readSettings, strangeVariables, type Settings } from "./settings.js";

const GLOBALS = optionsOf(GLOBAL_FLAGS);

/**
 * Runs one command to its end.
 * @param argv what stands after the program's name
 * @returns 0 done, 1 failed, 2 bad usage
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  try {
    return await dispatch(parseCommandLine(argv, everyOption()), io);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    io.stderr(`nautilus: ${error.message}\n`);
    return error.exitCode;
  }
}

async function dispatch(line: CommandLine, io: CliIo): Promise<ExitCode> {
  const globals = readSettings(GLOBALS, { ...line, env: {}, file: { name: "", values: new Map() } });
  if (globals.options["version"] === true) {
    io.stdout(`${NODE_VERSION}\n`);
    return 0;
  }
  const asksHelp = line.command === "help" || globals.options["help"] === true;
  const named = line.command === "help" ? line.operands[0] : line.command;
  if (named === undefined) {
    (asksHelp ? io.stdout : io.stderr)(generalHelp(COMMANDS));
    return asksHelp ? 0 : 2;
  }
  const command = findCommand(named);
  if (asksHelp) {
    io.stdout(commandHelp(command, GLOBALS, (await command.details?.()) ?? []));
    return 0;
  }
  if (command.endsInOrder !== true) io.endOnSignals();
  return command.run(invocationOf(command, line, { io, globals }), io);
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  if (FUTURE_COMMANDS.includes(name)) throw usageFailure(`the command ${name} is not built into this version yet`);
  const names = COMMANDS.map((candidate) => candidate.name);
  throw usageFailure(`there is no command ${name}${suggestion(name, names, String)}; nautilus help lists them`);
}

function invocationOf(
  command: Command,
  { operands, given }: CommandLine,
  { io: { cwd, env }, globals }: { io: CliIo; globals: Settings },
): Invocation {
  const own = [...command.options, ...GLOBALS];
  const foreign = [...given.keys()].find((name) => own.every((option) => option.name !== name));
  if (foreign !== undefined) throw usageFailure(`--${foreign} is not an option of ${command.name}`);
  checkOperands(command, operands);
  const name = String(globals.options["config"]);
  const mayBeAbsent = globals.given["config"] === undefined;
  const file = readConfigFile({ path: resolve(cwd, name), name, mayBeAbsent }, everyOption());
  const settings = readSettings(command.options, { given, env, file });
  return { ...settings, operands, notes: strangeVariables(env, everyOption()) };
}

function checkOperands({ name, operands: wanted = [] }: Command, given: readonly string[]): void {
  const missing = wanted[given.length];
  if (missing !== undefined) throw usageFailure(`${name} needs a ${missing}: nautilus ${name} <${missing}>`);
  const extra = given[wanted.length];
  if (extra !== undefined) throw usageFailure(`${name} takes no ${JSON.stringify(extra)}`);
}

/** Of all commands, each once. */
function everyOption(): Option[] {
  const all = [...COMMANDS.flatMap(({ options }) => options), ...GLOBALS];
  return [...new Map(all.map((option) => [option.name, option])).values()];
}
