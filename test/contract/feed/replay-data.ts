// The replay feed's data for tests that run from the sources: made by the build script into the cache folder, where the feed
// looks too. Making it takes a tenth of a second, gives the same bytes each time, and may happen in several tests at once.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Returns the path of the data. */
export function makeReplayData(): string {
  const cache = join(ROOT, ".cache");
  execFileSync(process.execPath, [join(ROOT, "scripts", "build-data.mjs"), cache], { stdio: "pipe" });
  return join(cache, "data", "replay.csv");
}
