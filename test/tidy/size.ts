// Files and functions that fit into a head, and files that need little of others.
import ts from "typescript";
import { importsOf } from "./imports.js";
import { findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

const MAX_FILE_LINES = 300;
const MAX_FUNCTION_LINES = 70;
const MAX_IMPORTS = 20;
/** Lists, whose purpose is to name all of a kind; and what is going to be rebuilt. */
const MAY_IMPORT_MANY = ["src/index.ts", "src/node/catalogue/", "src/api/create-api.ts", "src/buses/redis-bus/"];

/** In contracts, tables of data do not count. */
export function fileLength(tree: SourceTree): Finding[] {
  return tree.code("src").flatMap((file) => {
    const lines =
      file.text.trimEnd().split("\n").length - (file.path.startsWith("src/contracts/") ? tableLines(file) : 0);
    return lines <= MAX_FILE_LINES
      ? []
      : [{ path: file.path, line: MAX_FILE_LINES + 1, message: `${lines} lines, more than ${MAX_FILE_LINES}` }];
  });
}

function tableLines(file: SourceFile): number {
  return file.ast.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .filter(({ declarationList }) => declarationList.declarations.every(({ initializer }) => isTable(initializer)))
    .reduce((sum, statement) => sum + linesOf(file, statement), 0);
}

function isTable(initializer: ts.Expression | undefined): boolean {
  if (!initializer) return false;
  if (ts.isAsExpression(initializer) || ts.isSatisfiesExpression(initializer)) return isTable(initializer.expression);
  return ts.isArrayLiteralExpression(initializer) || ts.isObjectLiteralExpression(initializer);
}

/** JSX does not count: markup is long without being complicated. */
export function functionLength(tree: SourceTree): Finding[] {
  return tree
    .code("src")
    .filter(({ path }) => !path.endsWith(".tsx"))
    .flatMap((file) =>
      file.nodes
        .filter((node) => ts.isFunctionLike(node) && linesOf(file, node) > MAX_FUNCTION_LINES)
        .map((node) =>
          findingAt(file, node, `function of ${linesOf(file, node)} lines, more than ${MAX_FUNCTION_LINES}`),
        ),
    );
}

function linesOf(file: SourceFile, node: ts.Node): number {
  const lineAt = (position: number): number => file.ast.getLineAndCharacterOfPosition(position).line;
  return lineAt(node.getEnd()) - lineAt(node.getStart(file.ast)) + 1;
}

/** From how many modules a file takes something, types included. */
export function importCount(tree: SourceTree): Finding[] {
  return tree
    .code("src")
    .filter(({ path }) => !MAY_IMPORT_MANY.some((exempt) => path.startsWith(exempt)))
    .flatMap((file) => {
      const modules = new Set(importsOf(file).map(({ specifier }) => specifier));
      return modules.size <= MAX_IMPORTS
        ? []
        : [{ path: file.path, line: 1, message: `imports from ${modules.size} modules, more than ${MAX_IMPORTS}` }];
    });
}
