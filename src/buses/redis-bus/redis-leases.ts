// The lease of a network, kept by the Redis server that its nodes share.
import type { Hold, Leases } from "../../contracts/lease.js";
import type { RedisLink } from "./redis-link.js";

/**
 * Keys: the lease, the last token, since when the server knows of leases. Arguments: who asks, for how long. Answers with who holds it
 * and the token. A server that was started anew may have lost its data, or come back with what was there a while ago: it gives no
 * lease before an earlier one must have lapsed; a token is its time, so that it grows all the same.
 */
const HOLD = `
  local now = redis.call("TIME")
  local ms = now[1] * 1000 + math.floor(now[2] / 1000)
  local holder = redis.call("HGET", KEYS[1], "holder")
  if holder == ARGV[1] then
    redis.call("PEXPIRE", KEYS[1], ARGV[2])
    return { holder, redis.call("HGET", KEYS[1], "token") }
  end
  if holder then return { holder, "" } end
  local run = string.match(redis.call("INFO", "server"), "run_id:(%w+)")
  local since = redis.call("GET", KEYS[3]) or ""
  if string.match(since, " (%w+)$") ~= run then
    since = string.format("%.0f %s", ms, run)
    redis.call("SET", KEYS[3], since)
  end
  if ms - tonumber(string.match(since, "^%d+")) < tonumber(ARGV[2]) then return { "", "" } end
  local token = math.max(ms, tonumber(redis.call("GET", KEYS[2]) or "0") + 1)
  token = string.format("%.0f", token)
  redis.call("SET", KEYS[2], token)
  redis.call("HSET", KEYS[1], "holder", ARGV[1], "token", token)
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
  return { ARGV[1], token }
`;

const RELEASE = `
  if redis.call("HGET", KEYS[1], "holder") == ARGV[1] then return redis.call("DEL", KEYS[1]) end
  return 0
`;

interface LeaseKeys {
  readonly lease: string;
  readonly token: string;
  readonly since: string;
}

export function leaseKeys(namespace: string): LeaseKeys {
  const lease = `${namespace}:leader`;
  return { lease, token: `${lease}:token`, since: `${lease}:since` };
}

/** @param start tells this start of a node from every other: a node that was started anew does not lead by an earlier one's lease */
export function createRedisLeases(link: RedisLink, namespace: string, start: string): Leases {
  const { lease, token, since } = leaseKeys(namespace);
  const nameOf = (holder: string): string => `${holder} ${start}`;
  return {
    hold: async (holder, ttlMs): Promise<Hold> => {
      const name = nameOf(holder);
      const [by, held] = (await link.redis.eval(HOLD, 3, lease, token, since, name, Math.ceil(ttlMs))) as [
        string,
        string,
      ];
      if (by === name) return { isHeld: true, token: Number(held) };
      return { isHeld: false, holder: by === "" ? undefined : by.slice(0, by.lastIndexOf(" ")) };
    },
    release: async (holder) => {
      await link.redis.eval(RELEASE, 1, lease, nameOf(holder));
    },
  };
}
