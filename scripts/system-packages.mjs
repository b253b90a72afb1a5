// Programs that some tests need beside the npm packages: installed by apt-get where that is possible, named where not.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, say } from "./run.mjs";

/** Debian package and the program that it brings. */
const PACKAGES = [
  { name: "chromium", program: "chromium" },
  { name: "redis-server", program: "redis-server" },
];

/** Installs what is missing; where it cannot, says so and goes on: the tests that need it report themselves as skipped. */
export async function installSystemPackages() {
  const missing = PACKAGES.filter(({ program }) => !isOnPath(program)).map(({ name }) => name);
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
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
