// A Python that has the `redis` package, for programs in another language.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import type { Requirement } from "./requirements.js";

const IMPORT_LIMIT_MS = 20_000;

/** The first on PATH that has it: there may be several. */
export function pythonWithRedis(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "python3")).find(hasRedis);
}

/** For `describeWith`. */
export function pythonRedis(python: string | undefined): Requirement {
  return {
    isMet: python !== undefined,
    reason: "needs python3 with the redis package, which npm test installs as root on Debian (python3-redis)",
  };
}

function hasRedis(python: string): boolean {
  return spawnSync(python, ["-c", "import redis"], { stdio: "ignore", timeout: IMPORT_LIMIT_MS }).status === 0;
}
