// The one lease of a network: whoever holds it decides what must be decided once.

export type Hold =
  /** `token` grows with every holder: what an earlier one still says can be told by it. */
  | { readonly isHeld: true; readonly token: number }
  /** By whom it is held, where anybody does. */
  | { readonly isHeld: false; readonly holder: string | undefined };

export interface Leases {
  /**
   * Takes the lease, or keeps it. It is held for `ttlMs` from when the answer was made, which is later than when it was asked for.
   * @throws Error (rejected) where that could not be asked: it may be held or not
   */
  hold(holder: string, ttlMs: number): Promise<Hold>;
  /** Lets go at once; nothing where another holds it. */
  release(holder: string): Promise<void>;
}
