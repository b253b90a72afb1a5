// One check each: what was looked at, whether it is right, and what to do where it is not.
import { once } from "node:events";
import { createServer } from "node:net";
import { RedisLink } from "../buses/redis-bus/redis-link.js";
import { messageOf, NautilusError } from "../contracts/errors.js";
import { findReplayData } from "../feeds/replay-data.js";
import { createLogger } from "../kernel/pino-logger.js";
import { systemClock } from "../kernel/system-clock.js";

export interface Finding {
  readonly isOk: boolean;
  readonly what: string;
  readonly mend?: string;
}

const LEAST_NODE = "20.19";
const PACKAGES = [
  "@hono/node-server",
  "@hono/zod-openapi",
  "eventemitter3",
  "hono",
  "ioredis",
  "pino",
  "xstate",
  "zod",
];

/** `version` is like v20.20.0. */
export function checkNodeVersion(version: string): Finding {
  const what = `Node.js ${version}`;
  if (isAtLeast(LEAST_NODE, version.replace(/^v/, ""))) return { isOk: true, what };
  return { isOk: false, what, mend: `install Node.js ${LEAST_NODE} or later` };
}

function isAtLeast(least: string, version: string): boolean {
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

export function checkPackages(names: readonly string[] = PACKAGES): Finding {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return { isOk: true, what: `${names.length} packages installed` };
  return { isOk: false, what: `packages missing: ${missing.join(", ")}`, mend: "npm ci installs them" };
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

export function checkReplayData(find: () => string = findReplayData): Finding {
  try {
    return { isOk: true, what: `data of the replay feed at ${find()}` };
  } catch (error) {
    if (!(error instanceof NautilusError)) throw error;
    return { isOk: false, what: "no data of the replay feed", mend: error.message };
  }
}

/** Takes the port for a moment. */
export async function checkPort(host: string, port: number): Promise<Finding> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return { isOk: true, what: `port ${port} on ${host} is free` };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const what = `port ${port} on ${host} cannot be used (${code})`;
    return { isOk: false, what, mend: "choose another with --port and --host, or end what uses it" };
  }
}

const LEAST_REDIS = "6.2";

/** Connects, and asks which version it is. */
export async function checkRedis(channel: string, url: string): Promise<Finding> {
  const log = createLogger("silent");
  const link = new RedisLink({ url, name: "nautilus:doctor", clock: systemClock, log });
  const what = `Redis of ${channel} at ${link.address}`;
  try {
    await link.connect();
    const [, version = "unknown"] = /^redis_version:(\S+)/m.exec(await link.redis.info("server")) ?? [];
    const found = `${what}, version ${version}`;
    if (isAtLeast(LEAST_REDIS, version)) return { isOk: true, what: found };
    return { isOk: false, what: found, mend: `it has to be ${LEAST_REDIS} or later` };
  } catch (error) {
    return { isOk: false, what: `${what} cannot be used`, mend: messageOf(error) };
  } finally {
    link.close();
  }
}
