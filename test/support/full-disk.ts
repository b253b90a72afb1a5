// A device that takes nothing, as a disk does that is full.
import { existsSync } from "node:fs";
import type { Requirement } from "./requirements.js";

export const FULL_DISK = "/dev/full";

export const hasFullDisk: Requirement = {
  isMet: existsSync(FULL_DISK),
  reason: `there is no ${FULL_DISK} here: Linux has one`,
};
