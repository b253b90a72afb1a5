// A command that cannot do what it was asked, told in one line.

/** 0 done, 1 failed, 2 bad usage. */
export type ExitCode = 0 | 1 | 2;

export class CliFailure extends Error {
  override readonly name = "CliFailure";

  constructor(
    message: string,
    readonly exitCode: 1 | 2,
  ) {
    super(message);
  }
}

export function usageFailure(message: string): CliFailure {
  return new CliFailure(message, 2);
}
