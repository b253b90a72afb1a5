// Programs, and a package of Python, that some tests need beside the npm packages: installed by apt-get where that is possible,
// named where not.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, say } from "./run.mjs";

/** Debian package, and whether what it brings is there. */
const PACKAGES = [
  { name: "chromium", isThere: () => isOnPath("chromium") },
  { name: "redis-server", isThere: () => isOnPath("redis-server") },
  { name: "python3-redis", isThere: () => hasPythonModule("redis") },
];

/** Installs what is missing; where it cannot, says so and goes on: the tests that need it report themselves as skipped. */
export async function installSystemPackages() {
  const missing = PACKAGES.filter(({ isThere }) => !isThere()).map(({ name }) => name);
  if (missing.length === 0) return;
  if (!canInstall()) {
    say(`missing: ${missing.join(", ")}; installing needs root on Debian, so the tests that need it are skipped`);
    return;
  }
  say(`installing ${missing.join(", ")} (apt-get)`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const update = await run("apt-get", ["update", "-qq"], { env });
  const install = await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
  if (update !== 0 || install !== 0) say(`apt-get could not install ${missing.join(", ")}; its tests are skipped`);
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && isOnPath("apt-get");
}

function isOnPath(program) {
  return pathsOf(program).length > 0;
}

/** In any Python on PATH: the first one need not be the system's. */
function hasPythonModule(name) {
  return pathsOf("python3").some(
    (python) => spawnSync(python, ["-c", `import ${name}`], { stdio: "ignore" }).status === 0,
  );
}

function pathsOf(program) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, program)).filter(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
