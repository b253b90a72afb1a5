// The groups that read a stream, as the server tells of them.
import type { RedisLink } from "./redis-link.js";

export interface StreamGroup {
  readonly name: string;
  /** Entries that it was given and has not acknowledged. */
  readonly pending: number;
  readonly lastDelivered: string;
}

export async function groupsOf({ redis }: RedisLink, stream: string): Promise<readonly StreamGroup[]> {
  const listed = (await redis.xinfo("GROUPS", stream)) as readonly (readonly unknown[])[];
  return listed.map((fields) => ({
    name: String(fieldOf(fields, "name")),
    pending: Number(fieldOf(fields, "pending")),
    lastDelivered: String(fieldOf(fields, "last-delivered-id")),
  }));
}

/** Names and values take turns. */
function fieldOf(fields: readonly unknown[], name: string): unknown {
  return fields.find((_, index) => index % 2 === 1 && fields[index - 1] === name);
}
