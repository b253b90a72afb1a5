// Every simulated seed that ever failed, as the command that was printed for it would run it.

export interface Regression {
  readonly seed: number;
  readonly scenario: string;
  readonly hours: number;
  readonly faults: string;
}

export const REGRESSIONS: readonly Regression[] = [];
