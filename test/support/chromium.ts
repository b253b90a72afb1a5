// The browser of the tests: the system's, never a downloaded one.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Requirement } from "./requirements.js";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

/** Where it is, for playwright's `executablePath`. */
export function chromiumPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => PROGRAMS.map((program) => join(folder, program))).find(isExecutable);
}

/** For `describeWith`. */
export function chromium(): Requirement {
  return { isMet: chromiumPath() !== undefined, reason: "needs chromium, which npm test installs as root on Debian" };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
