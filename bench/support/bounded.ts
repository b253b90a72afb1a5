// No benchmark hangs: whatever is waited for has a limit.
const PATIENCE_MS = 30_000;

/** @throws Error (rejected) naming `what` when it takes longer */
export async function bounded<T>(what: string, waited: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} took longer than ${patienceMs} ms`));
    }, patienceMs);
  });
  try {
    return await Promise.race([waited, limit]);
  } finally {
    clearTimeout(timer);
  }
}
