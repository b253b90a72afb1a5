// The fields of a stream entry: the readers that it is for, where it is not for all, then the head of a batch and what is beside it.

export interface Entry {
  /** It was pushed before it was put into the stream, or put there before. */
  readonly wasSentBefore: boolean;
  /** Nodes, or starts of them, that it is for, where it is not for all. */
  readonly readers: readonly unknown[] | undefined;
  /** Of a batch. */
  readonly head: string;
  /** What is beside it. */
  readonly attachments: readonly Buffer[];
}

export function readEntry(fields: readonly Buffer[]): Entry {
  const wasSentBefore = fields[0]?.toString() === "for";
  const [head, ...attachments] = fields.slice(wasSentBefore ? 2 : 0).filter((_, index) => index % 2 === 1);
  const readers = wasSentBefore ? readReaders(fields[1]) : undefined;
  return { wasSentBefore, readers, head: head?.toString("utf8") ?? "", attachments };
}

function readReaders(field: Buffer | undefined): readonly unknown[] | undefined {
  try {
    const readers: unknown = JSON.parse(field?.toString() ?? "");
    return Array.isArray(readers) ? (readers as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}
