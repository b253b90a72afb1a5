// The files that the tidy rules look at, read from disk or given as text, each parsed once and only when asked.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";

export interface SourceFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly ast: ts.SourceFile;
  /** Every node of the file, outer before inner. */
  readonly nodes: readonly ts.Node[];
}

export interface SourceTree {
  readonly files: readonly SourceFile[];
  get(path: string): SourceFile | undefined;
  /** The TypeScript files under one of the folders. */
  code(...folders: readonly string[]): readonly SourceFile[];
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

const NOT_OURS = new Set([".git", ".cache", "node_modules", "dist", "coverage"]);
const BUILD_IN_PROGRESS = /^\.build-\d+/;
const CODE = /\.tsx?$/;

/** Everything in the project that is text and not made by a tool from something else. */
export function readTree(root: string): SourceTree {
  const texts: Record<string, string> = {};
  for (const path of listFiles(root)) {
    const text = readFileSync(path, "utf8");
    if (!text.includes("\0")) texts[relative(root, path).split(sep).join("/")] = text;
  }
  return treeOf(texts);
}

/** A tree from texts by path. */
export function treeOf(texts: Readonly<Record<string, string>>): SourceTree {
  const files = Object.entries(texts).map(([path, text]) => createFile(path, text));
  const byPath = new Map(files.map((file) => [file.path, file]));
  return {
    files,
    get: (path) => byPath.get(path),
    code: (...folders) =>
      files.filter(({ path }) => CODE.test(path) && folders.some((folder) => path.startsWith(`${folder}/`))),
  };
}

export function findingAt(file: SourceFile, node: ts.Node, message: string): Finding {
  const { line } = file.ast.getLineAndCharacterOfPosition(node.getStart(file.ast));
  return { path: file.path, line: line + 1, message };
}

/** The first folder below src, or the name of a file that stands directly in src. */
export function areaOf(path: string): string {
  const [, second = "", third] = path.split("/");
  return third === undefined ? second.replace(CODE, "") : second;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name) || BUILD_IN_PROGRESS.test(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() && !entry.name.endsWith(".log") ? [path] : [];
  });
}

function createFile(path: string, text: string): SourceFile {
  let ast: ts.SourceFile | undefined;
  let nodes: readonly ts.Node[] | undefined;
  return {
    path,
    text,
    get ast() {
      ast ??= ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
      return ast;
    },
    get nodes() {
      nodes ??= flatten(this.ast);
      return nodes;
    },
  };
}

function flatten(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return nodes;
}
