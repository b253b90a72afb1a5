// What a class or a factory is handed: few things, so that it can be used and replaced on its own.
import ts from "typescript";
import { importsOf, resolveImport } from "./imports.js";
import { findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

const MAX_MEMBERS = 8;
/** What describes one call or one request, not the thing that takes it. */
const NOT_COUNTED = /^CallOptions$|Request$/;

/** Options are a parameter that is described in place, beside its class or factory, or under a name that says `Options`. */
export function optionCount(tree: SourceTree): Finding[] {
  return tree
    .code("src")
    .filter(({ path }) => !path.startsWith("src/buses/redis-bus/"))
    .flatMap((file) =>
      file.nodes.filter(isMaker).flatMap(({ parameters }) =>
        parameters
          .filter(({ type }) => type !== undefined && isOptions(file, type))
          .map((parameter) => ({ parameter, count: memberNames(tree, file, parameter.type).size }))
          .filter(({ count }) => count > MAX_MEMBERS)
          .map(({ parameter, count }) =>
            findingAt(file, parameter, `${count} members in the options, more than ${MAX_MEMBERS}`),
          ),
      ),
    );
}

/** A constructor, `function createX` or `const createX = () => …`. */
function isMaker(node: ts.Node): node is ts.SignatureDeclaration {
  if (ts.isConstructorDeclaration(node)) return true;
  if (ts.isFunctionDeclaration(node)) return isFactoryName(node.name);
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  return ts.isVariableDeclaration(node.parent) && isFactoryName(node.parent.name);
}

function isFactoryName(name: ts.Node | undefined): boolean {
  return name !== undefined && /^create[A-Z]/.test(name.getText());
}

function isOptions(file: SourceFile, type: ts.TypeNode): boolean {
  if (!ts.isTypeReferenceNode(type)) return true;
  const name = type.typeName.getText();
  if (NOT_COUNTED.test(name)) return false;
  return name.endsWith("Options") || isWrapper(name) || declarationIn(file, name) !== undefined;
}

type Wrapped = ts.TypeReferenceNode | ts.ExpressionWithTypeArguments;

/** The names of all members of an object type: its own, inherited ones, and those of what it is made from. */
function memberNames(tree: SourceTree, file: SourceFile, type: ts.TypeNode | undefined): ReadonlySet<string> {
  if (type === undefined) return new Set();
  if (ts.isTypeLiteralNode(type)) return namesOf(type.members);
  if (ts.isParenthesizedTypeNode(type)) return memberNames(tree, file, type.type);
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) return union(tree, file, type.types);
  if (!ts.isTypeReferenceNode(type) && !ts.isExpressionWithTypeArguments(type)) return new Set();
  return namesOfReference(tree, file, type);
}

function namesOfReference(tree: SourceTree, file: SourceFile, type: Wrapped): ReadonlySet<string> {
  const name = (ts.isTypeReferenceNode(type) ? type.typeName : type.expression).getText();
  if (isWrapper(name)) return namesOfWrapped(tree, file, { name, type });
  const found = findType(tree, file, name);
  if (found === undefined) return new Set();
  const { declaration, file: home } = found;
  if (ts.isTypeAliasDeclaration(declaration)) return memberNames(tree, home, declaration.type);
  const parents = declaration.heritageClauses?.flatMap(({ types }) => types) ?? [];
  return new Set([...namesOf(declaration.members), ...union(tree, home, parents)]);
}

function namesOfWrapped(
  tree: SourceTree,
  file: SourceFile,
  { name, type }: { readonly name: string; readonly type: Wrapped },
): ReadonlySet<string> {
  const [of, keys] = type.typeArguments ?? [];
  const listed = keys === undefined ? [] : ts.isUnionTypeNode(keys) ? keys.types : [keys];
  const literals = new Set(listed.map((key) => key.getText().replace(/^["']|["']$/g, "")));
  if (name === "Pick") return literals;
  const names = memberNames(tree, file, of);
  return name === "Omit" ? new Set([...names].filter((each) => !literals.has(each))) : names;
}

function isWrapper(name: string): boolean {
  return ["Readonly", "Partial", "Required", "Omit", "Pick"].includes(name);
}

function union(tree: SourceTree, file: SourceFile, types: readonly ts.TypeNode[]): ReadonlySet<string> {
  return new Set(types.flatMap((type) => [...memberNames(tree, file, type)]));
}

function namesOf(members: ts.NodeArray<ts.TypeElement>): ReadonlySet<string> {
  return new Set(members.map(({ name }) => name?.getText() ?? ""));
}

type TypeDeclaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

function findType(
  tree: SourceTree,
  file: SourceFile,
  name: string,
): { readonly file: SourceFile; readonly declaration: TypeDeclaration } | undefined {
  const declaration = declarationIn(file, name);
  if (declaration !== undefined) return { file, declaration };
  const source = importsOf(file).find(({ names }) => names.includes(name));
  const home = source && resolveImport(tree, file, source);
  return home && findType(tree, home, name);
}

function declarationIn({ ast }: SourceFile, name: string): TypeDeclaration | undefined {
  return ast.statements
    .filter((statement) => ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    .find((statement) => statement.name.text === name);
}
