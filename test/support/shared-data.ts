// Real market data that lies beside the project and is no part of it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Requirement } from "./requirements.js";

const FOLDER = new URL("../../../shared/data/", import.meta.url);

/** The absolute path of a file of the data, such as `us9-ohlcv/us9-ohlcv-1998-2021.csv.gz`. */
export function sharedDataPath(file: string): string {
  return fileURLToPath(new URL(file, FOLDER));
}

/** For `describeWith`: the folder, or one file of it. */
export function sharedData(file = ""): Requirement {
  return { isMet: existsSync(sharedDataPath(file)), reason: `needs ../shared/data/${file} beside the project` };
}
