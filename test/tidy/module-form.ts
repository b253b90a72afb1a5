// What a module may hold and hand out: named exports of its own, and no state.
import ts from "typescript";
import { declaringScope } from "./scopes.js";
import { findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

/** Only the public API hands on what others define; nothing is exported as default. */
export function reExports(tree: SourceTree): Finding[] {
  return tree
    .code("src")
    .filter(({ path }) => path !== "src/index.ts")
    .flatMap((file) => file.ast.statements.flatMap((statement) => objectionsToExport(file, statement)));
}

function objectionsToExport(file: SourceFile, statement: ts.Statement): Finding[] {
  if (ts.isExportAssignment(statement) || isDefault(statement)) {
    return [findingAt(file, statement, "default export: give it a name")];
  }
  if (!ts.isExportDeclaration(statement)) return [];
  if (statement.moduleSpecifier) return [findingAt(file, statement, "re-export: import from where it is defined")];
  const clause = statement.exportClause;
  if (!clause || !ts.isNamedExports(clause)) return [];
  return clause.elements
    .filter((element) => isImported(file, (element.propertyName ?? element.name).text))
    .map((element) => findingAt(file, element, `re-export of ${element.name.text}: import from where it is defined`));
}

function isDefault(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

function isImported(file: SourceFile, name: string): boolean {
  return file.ast.statements.filter(ts.isImportDeclaration).some(({ importClause }) => {
    const bindings = importClause?.namedBindings;
    if (importClause?.name?.text === name) return true;
    return bindings && ts.isNamedImports(bindings)
      ? bindings.elements.some((element) => element.name.text === name)
      : false;
  });
}

/** What may be constructed once for all, because nobody can change it or because its type says so. */
const CONSTANT_CLASSES = /^(URL|RegExp|TextEncoder|TextDecoder|Intl\.\w+|(Big)?(Int|Uint|Float)\d+(Clamped)?Array)$/;
const READONLY_TYPE = /^(ReadonlyMap|ReadonlySet)\b/;
const MUTATORS = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append".split(" "),
);

/** Two nodes in one process must not know of each other. */
export function moduleState(tree: SourceTree): Finding[] {
  return tree.code("src").flatMap((file) => {
    const statements = file.ast.statements.filter(ts.isVariableStatement);
    const mutable = statements.filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) === 0);
    const declared = statements.flatMap(({ declarationList }) => declarationList.declarations);
    return [
      ...mutable.map((statement) => findingAt(file, statement, "module-level variable: state belongs to a node")),
      ...declared.flatMap((declaration) => objectionsToConstant(file, declaration)),
      ...file.nodes.flatMap((node) => mutationAt(file, node)),
    ];
  });
}

function objectionsToConstant(file: SourceFile, { name, type, initializer }: ts.VariableDeclaration): Finding[] {
  if (!initializer) return [];
  const [value, asserted] = unwrap(initializer);
  if (!ts.isNewExpression(value)) return [];
  const className = value.expression.getText();
  const typeText = (type ?? asserted)?.getText() ?? "";
  if (CONSTANT_CLASSES.test(className) || READONLY_TYPE.test(typeText)) return [];
  const advice = className === "Map" || className === "Set" ? `type it as Readonly${className}` : "create it per node";
  return [findingAt(file, name, `module-level ${className}: ${advice}`)];
}

function unwrap(expression: ts.Expression): [ts.Expression, ts.TypeNode | undefined] {
  if (!ts.isAsExpression(expression) && !ts.isSatisfiesExpression(expression)) return [expression, undefined];
  return [unwrap(expression.expression)[0], expression.type];
}

/** A change of something that the module declares at its top level. */
function mutationAt(file: SourceFile, node: ts.Node): Finding[] {
  const target = mutatedBy(node);
  const owner = target && rootOf(target);
  if (!owner || !isModuleConstant(file, owner)) return [];
  return [findingAt(file, node, `changes the module-level ${owner.text}: state belongs to a node`)];
}

function mutatedBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return memberTarget(node.left);
  if (ts.isDeleteExpression(node)) return memberTarget(node.expression);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const changes = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    return changes ? memberTarget(node.operand) : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression, name } = node.expression;
  if (expression.getText() === "Object" && name.text === "assign") return node.arguments[0];
  return MUTATORS.has(name.text) ? expression : undefined;
}

function isAssignment(operator: ts.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

/** `x.a` and `x[0]` change x; `x` alone would be a new value, which a constant forbids by itself. */
function memberTarget(expression: ts.Expression): ts.Expression | undefined {
  if (ts.isNonNullExpression(expression)) return memberTarget(expression.expression);
  return ts.isPropertyAccessExpression(expression) || ts.isElementAccessExpression(expression) ? expression : undefined;
}

function rootOf(expression: ts.Expression): ts.Identifier | undefined {
  if (ts.isIdentifier(expression)) return expression;
  const isMember = ts.isPropertyAccessExpression(expression) || ts.isElementAccessExpression(expression);
  return isMember || ts.isNonNullExpression(expression) ? rootOf(expression.expression) : undefined;
}

/** A constant of this file that holds data: not an import, a function or a class. */
function isModuleConstant(file: SourceFile, use: ts.Identifier): boolean {
  if (declaringScope(use) !== file.ast) return false;
  return file.ast.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .some(({ name }) => ts.isIdentifier(name) && name.text === use.text);
}
