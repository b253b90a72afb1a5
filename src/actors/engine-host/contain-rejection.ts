/** What should not have been a promise may be one, and reject: without this, a slip in an engine would end the process. */
export function containRejection(value: unknown, onRejected: (thrown: unknown) => void): void {
  if (value instanceof Promise) value.catch(onRejected);
}
