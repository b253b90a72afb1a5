// Chance as an input: every draw comes from a named, seeded stream.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound); `bound` is a positive integer below 2^32. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** An independent stream: the same label always gives the same stream, whatever was drawn before. */
  fork(label: string): Random;
}
