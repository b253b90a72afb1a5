// What a file refers to by path: imports, type-only ones included, re-exports, dynamic imports and worker references.
import { posix } from "node:path";
import ts from "typescript";
import type { SourceFile, SourceTree } from "./source-tree.js";

export interface Import {
  readonly specifier: string;
  readonly node: ts.Node;
  /** A reference is a path that is loaded by something else, such as the entry of a worker thread. */
  readonly kind: "value" | "type" | "reference";
  /** The exported names it takes; `*` for all of them. */
  readonly names: readonly string[];
}

/** The file of the tree that a relative import means. */
export function resolveImport(tree: SourceTree, from: SourceFile, { specifier }: Import): SourceFile | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = posix.join(posix.dirname(from.path), specifier);
  const stem = path.replace(/\.[jt]sx?$/, "");
  return tree.get(`${stem}.ts`) ?? tree.get(`${stem}.tsx`) ?? tree.get(path);
}

// Every rule about imports asks for them; they depend on nothing but the file.
const known = new WeakMap<SourceFile, readonly Import[]>();

export function importsOf(file: SourceFile): readonly Import[] {
  const imports = known.get(file) ?? file.nodes.flatMap((node) => importsAt(file, node));
  known.set(file, imports);
  return imports;
}

function importsAt(file: SourceFile, node: ts.Node): Import[] {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    const kind = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? "type" : "value";
    return [{ specifier: textOf(node.moduleSpecifier), node, kind, names: namesOfClause(file, clause) }];
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const kind = node.isTypeOnly ? "type" : "value";
    return [{ specifier: textOf(node.moduleSpecifier), node, kind, names: namesOfExport(node) }];
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const names = [node.qualifier ? firstName(node.qualifier) : "*"];
    return [{ specifier: textOf(node.argument.literal), node, kind: "type", names }];
  }
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
  const [first] = node.arguments ?? [];
  const kind = kindOfLoad(node);
  if (!first || !kind) return [];
  return stringsIn(first).map((specifier) => ({ specifier, node, kind, names: ["*"] }));
}

/** `import("./x.js")`, `new URL("./x.js", import.meta.url)` and `import.meta.resolve("./x.js")`. */
function kindOfLoad(node: ts.CallExpression | ts.NewExpression): Import["kind"] | undefined {
  const callee = node.expression;
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return "value";
  if (ts.isNewExpression(node)) {
    const base = node.arguments?.[1]?.getText();
    return callee.getText() === "URL" && base === "import.meta.url" ? "reference" : undefined;
  }
  return callee.getText() === "import.meta.resolve" ? "reference" : undefined;
}

/** The strings that an expression may give; of a template with holes, what stands before the first. */
function stringsIn(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) return [node.text];
  const strings: string[] = [];
  ts.forEachChild(node, (child) => {
    strings.push(...stringsIn(child));
  });
  return strings;
}

function namesOfClause(file: SourceFile, clause: ts.ImportClause | undefined): string[] {
  if (!clause) return [];
  const names = clause.name ? ["default"] : [];
  const bindings = clause.namedBindings;
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, ...membersUsed(file, bindings.name)];
  return [...names, ...bindings.elements.map((element) => (element.propertyName ?? element.name).text)];
}

function membersUsed(file: SourceFile, namespace: ts.Identifier): string[] {
  return file.nodes
    .filter((node): node is ts.Identifier => ts.isIdentifier(node) && node.text === namespace.text)
    .filter((node) => node !== namespace)
    .map(({ parent }) => {
      if (ts.isPropertyAccessExpression(parent)) return parent.name.text;
      return ts.isQualifiedName(parent) ? parent.right.text : "*";
    });
}

function namesOfExport(node: ts.ExportDeclaration): string[] {
  const clause = node.exportClause;
  if (!clause || ts.isNamespaceExport(clause)) return ["*"];
  return clause.elements.map((element) => (element.propertyName ?? element.name).text);
}

function firstName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : firstName(name.left);
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : "";
}
