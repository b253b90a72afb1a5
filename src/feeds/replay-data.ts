// Where the real bars of the replay feed are: made by the build from npm packages, never downloaded.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NautilusError } from "../contracts/errors.js";

/**
 * Beside the compiled code; and, for code run from its sources, where the build script was last told to put it. Both folders
 * stand at the same depth, so each place is the same seen from either.
 */
const PLACES = ["../data/replay.csv", "../../.cache/data/replay.csv", "../../dist/data/replay.csv"];

/**
 * Path of the replay feed's data.
 * @throws NautilusError INVALID_INPUT when it has not been built
 */
export function findReplayData(): string {
  const paths = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new NautilusError("INVALID_INPUT", `${paths[0] ?? ""}: not there; \`npm run build\` makes it`);
}
