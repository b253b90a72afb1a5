// Brings a checkout to where it can run: packages installed and dist built, each only when it has to be.
import { join } from "node:path";
import { build, isBuilt } from "./build-steps.mjs";
import { install, isInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { root } from "./run.mjs";

const lockFile = join(root, ".cache", "prepare.lock");

/**
 * `dev` asks for the development packages even when nothing has to be built; `rebuild` builds even what is fresh.
 * Several processes may call this at once: one does the work, the others wait for it.
 */
export async function prepare({ dev = false, rebuild = false } = {}) {
  if (!rebuild && isReady(dev)) return;
  await withLock(lockFile, async () => {
    const built = !rebuild && isBuilt();
    if (!isInstalled({ dev: dev || !built })) await install();
    if (!built) await build();
  });
}

/** Packages only, for steps that do not run the program. */
export async function prepareInstalled(folder = root) {
  if (isInstalled({ folder })) return;
  await withLock(lockFile, async () => {
    if (!isInstalled({ folder })) await install(folder);
  });
}

function isReady(dev) {
  return isBuilt() && isInstalled({ dev });
}
