// Tells of a chart's changes of state, each once: a snapshot comes with every event, also where the state stays.

export interface StateChange {
  readonly from: string;
  readonly to: string;
}

/**
 * An observer for a chart's snapshots.
 * @param first the state that nothing is told of
 */
export function stateChanges<S>(
  first: string,
  describe: (snapshot: S) => string,
  tell: (change: StateChange) => void,
): (snapshot: S) => void {
  let from = first;
  return (snapshot) => {
    const to = describe(snapshot);
    if (to === from) return;
    const change = { from, to };
    from = to;
    tell(change);
  };
}
