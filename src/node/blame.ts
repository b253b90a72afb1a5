// Which engine does a stray throw come from? A floating promise or a foreign timer has no caller left, but it has a stack.
import type { EngineDefinition } from "../contracts/engine.js";

const FRAME_FILE = /(?:\(|at )((?:file:\/\/)?[^\s()]+?):\d+:\d+\)?$/;

/** The id of the engine in whose defining file the topmost frame lies that lies in any; undefined where none does. */
export function blameEngine(error: unknown, definitions: readonly EngineDefinition[]): string | undefined {
  const owners = new Map<string, string>();
  for (const { id, definedAt } of definitions) {
    // The first frame is defineEngine itself.
    const file = filesOf(definedAt).at(1);
    if (file !== undefined && !owners.has(file)) owners.set(file, id);
  }
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const file of filesOf(stack)) {
    const owner = owners.get(file);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function filesOf(stack: string): string[] {
  return stack.split("\n").flatMap((line) => {
    const file = FRAME_FILE.exec(line)?.[1];
    return file === undefined ? [] : [file.replace("file://", "")];
  });
}
