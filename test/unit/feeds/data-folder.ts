// A folder of its own for a test's files, gone after each test.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

export interface DataFolder {
  /** Writes a file and returns its path. */
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly path: () => string;
}

export function dataFolder(): DataFolder {
  let folder: string | undefined;
  afterEach(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
    folder = undefined;
  });
  const path = (): string => (folder ??= mkdtempSync(join(tmpdir(), "nautilus-data-")));
  return {
    path,
    write: (name, content) => {
      const file = join(path(), name);
      writeFileSync(file, content);
      return file;
    },
  };
}
