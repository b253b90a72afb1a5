// What a command is, and what it is called with.
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Option } from "./option.js";
import type { Settings } from "./settings.js";

export interface Invocation {
  readonly settings: Settings;
  readonly operands: readonly string[];
  /** Lines that the user should see and that stop nothing. */
  readonly notes: readonly string[];
}

/** A table under a heading. */
export interface HelpSection {
  readonly heading: string;
  readonly rows: readonly (readonly [name: string, meaning: string])[];
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Names of what stands after the command, all of them needed. */
  readonly operands: readonly string[];
  readonly options: readonly Option[];
  /** What the help says beyond the options; loaded when it is asked for. */
  readonly details?: () => Promise<readonly HelpSection[]>;
  /** Whether it listens to signals, and ends in order; any other command is ended by them. */
  readonly endsInOrder?: true;
  readonly run: (invocation: Invocation, io: CliIo) => Promise<ExitCode>;
}
