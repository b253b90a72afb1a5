// Signals that come before anybody can act on them: kept until it is known who listens. Imports nothing, so that it is there
// first; loading a node takes most of a second.

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface HeldSignals {
  /** Ends the keeping; the first signal that came, where one did. Twice is the same as once. */
  release(): NodeJS.Signals | undefined;
}

export function holdSignals(): HeldSignals {
  let first: NodeJS.Signals | undefined;
  const keep = (signal: NodeJS.Signals): void => {
    first ??= signal;
  };
  for (const signal of SIGNALS) process.on(signal, keep);
  return {
    release: () => {
      for (const signal of SIGNALS) process.off(signal, keep);
      const held = first;
      first = undefined;
      return held;
    },
  };
}
