// The fields of a stream entry: the readers that it is for, where it is not for all, then the head of a batch and what is beside it.

export interface Entry {
  /** Nodes, or starts of them, that it is for, where it is not for all. */
  readonly readers: readonly unknown[] | undefined;
  /** Names and values: the head, and what is beside it. */
  readonly body: readonly Buffer[];
}

export function readEntry(fields: readonly Buffer[]): Entry {
  if (fields[0]?.toString() !== "for") return { readers: undefined, body: fields };
  try {
    const readers: unknown = JSON.parse(fields[1]?.toString() ?? "");
    return { readers: Array.isArray(readers) ? (readers as unknown[]) : undefined, body: fields.slice(2) };
  } catch {
    return { readers: undefined, body: fields.slice(2) };
  }
}
