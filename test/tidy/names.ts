// Names that say what a thing is.
import ts from "typescript";
import { findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

const NAMED_FOLDERS = ["src/", "test/", "bench/", "examples/", "scripts/"];
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const EMPTY_WORD = /^(utils?|helpers?|common|misc|managers?)$/;
const EMPTY_SUFFIX = /(Utils?|Helpers?|Misc|Manager)$/;

export function fileNames(tree: SourceTree): Finding[] {
  return tree.files
    .filter(({ path }) => NAMED_FOLDERS.some((folder) => path.startsWith(folder)))
    .flatMap(({ path }) =>
      path
        .split("/")
        .filter((segment) => !segment.startsWith("."))
        .flatMap((segment) => objectionsToName(segment))
        .map((message) => ({ path, line: 1, message })),
    );
}

function objectionsToName(segment: string): string[] {
  if (!KEBAB.test(segment)) return [`${segment} is not kebab-case`];
  const empty = segment.split(/[-.]/).find((word) => EMPTY_WORD.test(word));
  return empty === undefined ? [] : [`${empty} says nothing: name ${segment} after what it does`];
}

export function declaredNames(tree: SourceTree): Finding[] {
  return tree.code("src").flatMap((file) =>
    file.ast.statements
      .flatMap((statement) => namesOf(statement))
      .filter((name) => EMPTY_SUFFIX.test(name.text))
      .map((name) => findingAt(file, name, `${name.text} says nothing: name it after what it does`)),
  );
}

function namesOf(statement: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name).filter(ts.isIdentifier);
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement);
  return isNamed && statement.name ? [statement.name] : [];
}

// Written apart, so that the rule does not find itself.
const MARKERS = new RegExp(`(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`);
const MARKED_FOLDERS = ["src/", "test/", "bench/", "examples/", "scripts/"];

export function unfinishedMarkers(tree: SourceTree): Finding[] {
  return tree.files
    .filter(({ path }) => MARKED_FOLDERS.some((folder) => path.startsWith(folder)))
    .filter(({ path }) => !path.endsWith("package-lock.json"))
    .flatMap((file) => linesMatching(file, MARKERS, "unfinished: do it, or file an issue"));
}

const MACHINE_PATH = /(?<![\w.])\/(work|home|root)\//;

export function machinePaths(tree: SourceTree): Finding[] {
  return tree.files
    .filter(({ path }) => !path.endsWith("package-lock.json"))
    .flatMap((file) => linesMatching(file, MACHINE_PATH, "a path of one machine"));
}

const DOWNLOAD_ADDRESS = /"resolved": *"[a-z+]+:|^registry *=|:registry *=/;

/** Where packages come from is the business of whoever installs them. */
export function downloadAddresses(tree: SourceTree): Finding[] {
  return tree.files
    .filter(({ path }) => path.endsWith("package-lock.json") || path.endsWith(".npmrc"))
    .flatMap((file) => linesMatching(file, DOWNLOAD_ADDRESS, "names where packages are downloaded from"));
}

function linesMatching({ path, text }: SourceFile, pattern: RegExp, message: string): Finding[] {
  return text.split("\n").flatMap((line, index) => (pattern.test(line) ? [{ path, line: index + 1, message }] : []));
}
