// What a command is, and what it is called with.
import type { z } from "zod";
import type { OptionShape } from "../contracts/options.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { optionsOf, type Option } from "./option.js";
import type { Settings } from "./settings.js";

export interface Invocation<S extends OptionShape = OptionShape> extends Settings<{
  readonly [K in keyof S]: z.output<S[K]>;
}> {
  readonly operands: readonly string[];
  /** Lines that the user should see and that stop nothing. */
  readonly notes: readonly string[];
}

/** A table under a heading. */
export interface HelpSection {
  readonly heading: string;
  readonly rows: readonly (readonly [name: string, meaning: string])[];
}

export interface Command<O = readonly Option[], S extends OptionShape = OptionShape> {
  readonly name: string;
  readonly summary: string;
  /** Names of what stands after the command, all of them needed. */
  readonly operands?: readonly string[];
  readonly options: O;
  /** What the help says beyond the options; loaded when it is asked for. */
  readonly details?: () => Promise<readonly HelpSection[]>;
  /** Whether it listens to signals, and ends in order; any other command is ended by them. */
  readonly endsInOrder?: true;
  run(invocation: Invocation<S>, io: CliIo): Promise<ExitCode>;
}

/** A command by the schemas of its options. */
export function command<S extends OptionShape>(parts: Command<S, S>): Command {
  return { ...parts, options: optionsOf(parts.options), run: (invocation, io) => parts.run(invocation as never, io) };
}
