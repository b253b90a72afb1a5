// Rejections that may be ignored.

/** The same promise. Whoever waits for it sees a rejection; where nobody does, it does not end the process. */
export function forgiving(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
