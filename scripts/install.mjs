// Whether the packages of a folder are installed as its lock file says, and installing them.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root, runNpm, say } from "./run.mjs";

/**
 * Compares the lock file with the one that npm leaves in node_modules at the end of an install, so an interrupted,
 * outdated or partial install is seen whoever made it. `dev: false` asks only for what the program needs to run.
 */
export function isInstalled({ folder = root, dev = true } = {}) {
  const installed = readPackages(join(folder, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const wanted = Object.entries(readPackages(join(folder, "package-lock.json")) ?? {});
  return wanted.every(([path, entry]) => {
    const skippable = path === "" || entry.optional || entry.devOptional || entry.peer || (entry.dev && !dev);
    return skippable || installed[path]?.version === entry.version;
  });
}

export async function install(folder = root) {
  say(`installing packages${folder === root ? "" : ` of ${relative(root, folder)}`} (npm ci)`);
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await runNpm("install", ["ci", "--include=dev", ...quiet], folder);
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}
