// Two ends: that of what is going on now, and that of a turn of the event loop.

/** Calls back once the present callback and all promise jobs that follow from it have run, before anything else does. */
export function afterJobs(callback: () => void): void {
  process.nextTick(callback);
}

/** Calls back once everything that is ready now has run, before anything new is waited for. */
export function afterTurn(callback: () => void): void {
  setImmediate(callback);
}
