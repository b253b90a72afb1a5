// The counters of one subscription.

export interface Counts {
  delivered: number;
  conflated: number;
  dropped: number;
  duplicates: number;
  redelivered: number;
  failed: number;
  refused: number;
}

export const NO_COUNTS: Readonly<Counts> = {
  delivered: 0,
  conflated: 0,
  dropped: 0,
  duplicates: 0,
  redelivered: 0,
  failed: 0,
  refused: 0,
};
