// What is left when everything but Redis and its client is taken away: the plainest way to do the same.
import { Redis } from "ioredis";

export const RAW = {
  request: "raw:request",
  reply: "raw:reply",
  requests: "raw:requests",
  replies: "raw:replies",
  bars: "raw:bars",
  log: "raw:log",
  group: "far",
  tensor: "raw:tensor",
  tensorSet: "raw:tensor-set",
  tensorRead: "raw:tensor-read",
} as const;

/** Entries of one reading. */
const COUNT = 100;
/** Shorter than anybody waits for the end of the process. */
const BLOCK_MS = 1_000;

type Entries = readonly (readonly [id: string, fields: readonly string[]])[];
type Streams = readonly (readonly [stream: string, entries: Entries])[] | null;

/** Its commands of one turn go out together. */
export function rawWriter(url: string): Redis {
  return new Redis(url, { enableAutoPipelining: true });
}

/** For commands that wait at the server, or for subscribing. */
export function rawReader(url: string): Redis {
  return new Redis(url);
}

/** Calls back for each entry that comes, until the connection is closed. */
export async function readStream(redis: Redis, stream: string, onEntry: (text: string) => void): Promise<void> {
  let last = "0";
  for (;;) {
    const read = (await redis.xread("COUNT", COUNT, "BLOCK", BLOCK_MS, "STREAMS", stream, last)) as Streams;
    for (const [id, fields] of read?.[0]?.[1] ?? []) {
      last = id;
      onEntry(fields[1] ?? "");
    }
  }
}

/** The same for a consumer group; what was read is acknowledged in one command. */
export async function readGroup(url: string, onEntry: (text: string) => void): Promise<void> {
  const { log, group } = RAW;
  const [reader, writer] = [rawReader(url), rawWriter(url)];
  await writer.xgroup("CREATE", log, group, "$", "MKSTREAM");
  const loop = async (): Promise<never> => {
    for (;;) {
      const read = (await reader.xreadgroup(
        ...(["GROUP", group, "1", "COUNT", COUNT, "BLOCK", BLOCK_MS] as const),
        ...(["STREAMS", log, ">"] as const),
      )) as Streams;
      const entries = read?.[0]?.[1] ?? [];
      for (const [, fields] of entries) onEntry(fields[1] ?? "");
      if (entries.length > 0) void writer.xack(log, group, ...entries.map(([id]) => id));
    }
  };
  loop().catch(giveUp);
}

export function giveUp(thrown: unknown): void {
  console.error(thrown);
  process.exit(1);
}
