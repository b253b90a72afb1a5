// The end of a turn of the event loop.

/** Calls back once everything that is ready now has run, before anything new is waited for. */
export function afterTurn(callback: () => void): void {
  setImmediate(callback);
}
