// A fault: what goes wrong, where, when, for how long and how much. Plain data with a text form, so that a run can be repeated by
// hand.

export interface Fault {
  readonly kind: string;
  /** A node, an engine or an instance, by its id; empty for the network. */
  readonly target: string;
  readonly atMs: number;
  readonly forMs: number;
  /** What the kind says: a share, a factor, milliseconds; 0 where there is nothing to say. */
  readonly amount: number;
}

/** `kind[:target]@at+for[*amount]`, times in milliseconds. */
const FAULT_TEXT = /^([a-z_]+)(?::([\w.@-]+?))?@(\d+)\+(\d+)(?:\*(-?\d+(?:\.\d+)?))?$/;

export function faultText({ kind, target, atMs, forMs, amount }: Fault): string {
  const where = target === "" ? "" : `:${target}`;
  return `${kind}${where}@${atMs}+${forMs}${amount === 0 ? "" : `*${amount}`}`;
}

/** Undefined where the text is no fault. */
export function parseFault(text: string): Fault | undefined {
  const match = FAULT_TEXT.exec(text);
  if (match === null) return undefined;
  const [, kind = "", target = "", at, lasts, amount = "0"] = match;
  return { kind, target, atMs: Number(at), forMs: Number(lasts), amount: Number(amount) };
}

/** When the last of them is over. */
export function lastEndMs(faults: readonly Fault[]): number {
  return faults.reduce((latest, { atMs, forMs }) => Math.max(latest, atMs + forMs), 0);
}
