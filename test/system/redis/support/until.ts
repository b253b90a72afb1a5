// Waits that have an end, for what nothing tells of.
import { setTimeout as wait } from "node:timers/promises";

const PATIENCE_MS = 20_000;
const LOOK_MS = 5;

export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const patience = AbortSignal.timeout(patienceMs);
  while (!(await holds())) {
    if (patience.aborted) throw new Error(`never came true: ${typeof what === "string" ? what : what()}`);
    await wait(LOOK_MS);
  }
}

/** What it resolves to, or an error that names it. */
export async function within<T>(patienceMs: number, what: string, promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = wait(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`took longer than ${patienceMs} ms: ${what}`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
