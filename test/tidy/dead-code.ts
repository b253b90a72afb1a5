// Nothing lies about unused: every file is reached from an entry, every export is used by someone else.
import ts from "typescript";
import { importsOf, resolveImport } from "./imports.js";
import { isOwnName } from "./scopes.js";
import { findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

const ENTRIES = ["src/main.ts", "src/index.ts", "src/dashboard/main.tsx"];

/** Worker entries count as reached through their `new URL("./x.js", import.meta.url)`. */
export function deadFiles(tree: SourceTree): Finding[] {
  const reached = new Set<SourceFile>();
  const visit = (file: SourceFile): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const reference of importsOf(file)) {
      const target = resolveImport(tree, file, reference);
      if (target) visit(target);
    }
  };
  for (const entry of ENTRIES) {
    const file = tree.get(entry);
    if (file) visit(file);
  }
  return tree
    .code("src")
    .filter((file) => !reached.has(file))
    .map(({ path }) => ({ path, line: 1, message: "no entry of the program reaches this file" }));
}

export function deadExports(tree: SourceTree): Finding[] {
  const usedByProgram = usesBy(tree, tree.code("src", "bench", "examples"));
  const usedByTests = usesBy(tree, tree.code("test"));
  return tree
    .code("src")
    .filter(({ path }) => !ENTRIES.includes(path))
    .flatMap((file) =>
      exportsOf(file).flatMap((exported) => {
        if (isUsed(usedByProgram, file, exported.name)) return [];
        const tested = isUsed(usedByTests, file, exported.name);
        const usedHere = isUsedInside(file, exported);
        // A type stays reachable for those who call what it describes; a part of a module may be tested by itself.
        if (usedHere && (exported.isType || tested)) return [];
        return [findingAt(file, exported.node, objectionTo(exported.name, tested, usedHere))];
      }),
    );
}

function objectionTo(name: string, tested: boolean, usedHere: boolean): string {
  if (usedHere) return `export ${name} is used only in its own file: drop the export`;
  return tested ? `export ${name} is used by tests only` : `export ${name} is used by nobody`;
}

type Uses = ReadonlyMap<SourceFile, ReadonlySet<string>>;

function usesBy(tree: SourceTree, users: readonly SourceFile[]): Uses {
  const uses = new Map<SourceFile, Set<string>>();
  for (const user of users) {
    for (const reference of importsOf(user)) {
      const target = resolveImport(tree, user, reference);
      if (!target || target === user) continue;
      const names = uses.get(target) ?? new Set();
      for (const name of reference.names) names.add(name);
      uses.set(target, names);
    }
  }
  return uses;
}

function isUsed(uses: Uses, file: SourceFile, name: string): boolean {
  const names = uses.get(file);
  return names !== undefined && (names.has(name) || names.has("*"));
}

interface Exported {
  readonly name: string;
  readonly node: ts.Node;
  readonly isType: boolean;
}

function exportsOf(file: SourceFile): readonly Exported[] {
  return file.ast.statements.flatMap((statement): Exported[] => {
    if (ts.isExportAssignment(statement)) return [{ name: "default", node: statement, isType: false }];
    if (ts.isExportDeclaration(statement)) return statement.moduleSpecifier ? [] : exportsOfClause(statement);
    if (!ts.canHaveModifiers(statement) || !hasExport(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations
        .flatMap(({ name }) => bindingNames(name))
        .map((node) => ({ name: node.text, node, isType: false }));
    }
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    const isNamed = isType || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    const name = isNamed || ts.isEnumDeclaration(statement) ? statement.name : undefined;
    return name ? [{ name: name.text, node: name, isType }] : [];
  });
}

function exportsOfClause({ exportClause, isTypeOnly }: ts.ExportDeclaration): Exported[] {
  if (!exportClause || !ts.isNamedExports(exportClause)) return [];
  return exportClause.elements.map(({ name }) => ({ name: name.text, node: name, isType: isTypeOnly }));
}

function hasExport(statement: ts.HasModifiers): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function bindingNames(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindingNames(element.name) : []));
}

/** Overloads and a type beside its schema declare one name several times: declarations are no use. */
function isUsedInside(file: SourceFile, { name }: Exported): boolean {
  return file.nodes.some((node) => ts.isIdentifier(node) && node.text === name && !isOwnName(node));
}
