// Just enough of scoping to tell a global or a module's own name from a local one that is spelled alike.
import ts from "typescript";

/** Is the name bound by a function, block, loop or import around this use (the file's own top level included)? */
export function isDeclaredInside(use: ts.Identifier): boolean {
  return declaringScope(use) !== undefined;
}

/** The nearest node around `use` that declares its name: a source file when the name is the module's own. */
export function declaringScope(use: ts.Identifier): ts.Node | undefined {
  for (let scope: ts.Node = use.parent; ; scope = scope.parent) {
    if (declaresIn(scope, use.text)) return scope;
    if (ts.isSourceFile(scope)) return undefined;
  }
}

/** Does the identifier stand for a value, and not for a property, a declaration or a type? */
export function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !isOwnName(node) && !ts.isTypeNode(parent) && !ts.isQualifiedName(parent) && !ts.isImportSpecifier(parent);
}

/** Is it the name that its parent goes by: of a declaration, a member, a property? */
export function isOwnName(node: ts.Identifier): boolean {
  const { parent } = node;
  return "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

function declaresIn(scope: ts.Node, name: string): boolean {
  if (ts.isFunctionLike(scope) && scope.parameters.some((parameter) => binds(parameter.name, name))) return true;
  if (ts.isCatchClause(scope)) return scope.variableDeclaration ? binds(scope.variableDeclaration.name, name) : false;
  if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
    const { initializer } = scope;
    return initializer && ts.isVariableDeclarationList(initializer) ? bindsAny(initializer, name) : false;
  }
  if (!ts.isSourceFile(scope) && !ts.isBlock(scope) && !ts.isCaseOrDefaultClause(scope)) return false;
  return scope.statements.some((statement) => declares(statement, name));
}

function declares(statement: ts.Statement, name: string): boolean {
  if (ts.isVariableStatement(statement)) return bindsAny(statement.declarationList, name);
  if (ts.isImportDeclaration(statement)) return importBinds(statement.importClause, name);
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isNamed && statement.name?.text === name;
}

function bindsAny(list: ts.VariableDeclarationList, name: string): boolean {
  return list.declarations.some((declaration) => !takesFromGlobals(declaration) && binds(declaration.name, name));
}

/** `const { setTimeout } = globalThis` gives the global another holder, not another meaning. */
function takesFromGlobals({ initializer }: ts.VariableDeclaration): boolean {
  return initializer?.getText() === "globalThis";
}

function binds(name: ts.BindingName, wanted: string): boolean {
  if (ts.isIdentifier(name)) return name.text === wanted;
  return name.elements.some((element) => ts.isBindingElement(element) && binds(element.name, wanted));
}

function importBinds(clause: ts.ImportClause | undefined, name: string): boolean {
  const bindings = clause?.namedBindings;
  if (clause?.name?.text === name) return true;
  if (!bindings) return false;
  if (ts.isNamespaceImport(bindings)) return bindings.name.text === name;
  return bindings.elements.some((element) => element.name.text === name);
}
