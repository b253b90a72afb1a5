// Ids of stream entries: milliseconds, and a count within them.

/** What comes right behind it. */
export function after(id: string): string {
  const [ms = "0", count = "0"] = id.split("-");
  return `${ms}-${BigInt(count) + 1n}`;
}

export function isBefore(a: string, b: string): boolean {
  const [aMs = "0", aCount = "0"] = a.split("-");
  const [bMs = "0", bCount = "0"] = b.split("-");
  return aMs === bMs ? BigInt(aCount) < BigInt(bCount) : BigInt(aMs) < BigInt(bMs);
}
