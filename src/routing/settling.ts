// The two ends of a promise that is just being made, taken by one function for all: a closure per call would cost as much as
// the rest of its books.

export class Settling {
  resolve: (value: unknown) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;
  /** For `new Promise`, which calls it before it returns. */
  readonly take = (resolve: (value: unknown) => void, reject: (error: Error) => void): void => {
    this.resolve = resolve;
    this.reject = reject;
  };
}
