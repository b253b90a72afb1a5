// Real chance, for what must differ between processes: node ids. Never for anything that a seed should reproduce.
import { randomBytes } from "node:crypto";

/** 16 hex digits. */
export function drawEntropy(): string {
  return randomBytes(8).toString("hex");
}
