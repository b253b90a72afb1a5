// What both processes of the benchmark of Redis know.
export const SIDES = { near: "near", far: "far" } as const;

export const TOPICS = {
  bars: "market.bar@1",
  log: "bench.log@1",
  tensor: "bench.tensor@1",
} as const;

/** Of the reader: a burst fits, so that nothing of it is conflated. */
export const LARGE_QUEUE = 65_536;
