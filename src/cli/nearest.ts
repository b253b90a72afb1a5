// Which of the known names was meant?

/**
 * The known name that `given` begins, else that with the fewest edits to `given` (optimal string alignment: insert, delete, replace, swap neighbours);
 * undefined when none is near enough to be meant: at most a third of its letters may be wrong.
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const begun = known.filter((name) => given.length > 1 && name.startsWith(given));
  if (begun.length === 1) return begun[0];
  const ranked = known
    .map((name) => ({ name, edits: editsBetween(given, name) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}

/** ` (did you mean X?)`, or nothing. */
export function suggestion(given: string, known: readonly string[], shown: (name: string) => string): string {
  const name = nearest(given, known);
  return name === undefined ? "" : ` (did you mean ${shown(name)}?)`;
}

function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
