// What the control plane does, line by line into a file: for a developer who wants to see which event led to which state.
import { closeSync, openSync, writeSync } from "node:fs";
import { inspectionLine } from "../actors/inspection.js";
import type { NodeRuntime } from "../node/node-runtime.js";
import type { Clock } from "../contracts/clock.js";
import { CliFailure } from "./cli-failure.js";

export interface InspectFile {
  readonly inspect: NonNullable<NodeRuntime["inspect"]>;
  close(): void;
}

/** @throws CliFailure 1 where the file cannot be written */
export function openInspectFile(path: string, clock: Clock): InspectFile {
  const file = opened(path);
  return {
    inspect: (inspected) => {
      const line = inspectionLine(inspected);
      if (line !== undefined)
        writeSync(file, `${JSON.stringify({ at: new Date(clock.wallMs()).toISOString(), ...line })}\n`);
    },
    close: () => {
      closeSync(file);
    },
  };
}

function opened(path: string): number {
  try {
    return openSync(path, "w");
  } catch (error) {
    throw new CliFailure(`--inspect: ${path} cannot be written: ${(error as Error).message}`, 1);
  }
}
