// Time, chance and environment come in through the kernel: nobody else reads them from the surroundings.
import ts from "typescript";
import { importsOf } from "./imports.js";
import { isDeclaredInside, isReference } from "./scopes.js";
import { areaOf, findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

/** The kernel brings them in; the dashboard runs in a browser, where there is no kernel. */
const EXEMPT = new Set(["kernel", "dashboard"]);
/** The program itself, which a process belongs to. A node that is embedded must leave its host's process alone. */
const OWNS_PROCESS = new Set(["cli", "main"]);

const GLOBALS = new Set(["setTimeout", "setInterval", "setImmediate", "performance"]);
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ["now"],
  Math: ["random"],
  AbortSignal: ["timeout"],
  crypto: ["randomUUID", "getRandomValues", "randomBytes", "randomInt"],
  process: ["env", "hrtime", "uptime"],
};
const PROCESS_MEMBERS = ["exit", "exitCode", "abort", "argv", "kill", "on", "once", "addListener"];
const MODULES = new Set(["node:timers", "node:timers/promises", "node:perf_hooks", "node:process"]);
const CRYPTO_NAMES = new Set([
  "*",
  "default",
  "randomUUID",
  "randomBytes",
  "randomInt",
  "randomFillSync",
  "randomFill",
  "webcrypto",
]);

export function ambientCalls(tree: SourceTree): Finding[] {
  return tree
    .code("src")
    .filter(({ path }) => !EXEMPT.has(areaOf(path)))
    .flatMap((file) => [...bannedImports(file), ...file.nodes.flatMap((node) => bannedUses(file, node))]);
}

function bannedImports(file: SourceFile): Finding[] {
  return importsOf(file).flatMap(({ specifier, names, node }) => {
    if (MODULES.has(specifier)) return [ambient(file, node, specifier)];
    if (specifier !== "node:crypto") return [];
    return names.filter((name) => CRYPTO_NAMES.has(name)).map((name) => ambient(file, node, name));
  });
}

function bannedUses(file: SourceFile, node: ts.Node): Finding[] {
  if (isDateOfNow(node)) return [ambient(file, node, "the present date")];
  if (ts.isIdentifier(node) && GLOBALS.has(node.text)) {
    const isGlobal = isReference(node) && !isDeclaredInside(node);
    return isGlobal || isMemberOfGlobalThis(node) ? [ambient(file, node, node.text)] : [];
  }
  return membersTaken(node)
    .filter(({ owner, member }) => isBannedMember(file, owner, member))
    .map(({ owner, member }) => ambient(file, node, `${owner}.${member}`));
}

/** `new Date()` and `Date()`; with an argument, a date is a value like any other. */
function isDateOfNow(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return ownerName(node.expression) === "Date" && !node.arguments?.length;
  return ts.isCallExpression(node) && ownerName(node.expression) === "Date";
}

/** `Math.random`, `Math["random"]`, `globalThis.Math.random`, `const { random } = Math`. */
function membersTaken(node: ts.Node): { owner: string; member: string }[] {
  if (ts.isPropertyAccessExpression(node)) return taken(node.expression, [node.name.text]);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return taken(node.expression, [node.argumentExpression.text]);
  }
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer) {
    return taken(
      node.initializer,
      node.name.elements.map((element) => (element.propertyName ?? element.name).getText()),
    );
  }
  return [];
}

function taken(expression: ts.Expression, members: readonly string[]): { owner: string; member: string }[] {
  const owner = ownerName(expression);
  return owner === undefined ? [] : members.map((member) => ({ owner, member }));
}

function ownerName(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return isDeclaredInside(expression) ? undefined : expression.text;
  const isGlobal = ts.isPropertyAccessExpression(expression) && expression.expression.getText() === "globalThis";
  return isGlobal ? expression.name.text : undefined;
}

function isMemberOfGlobalThis({ parent }: ts.Identifier): boolean {
  if (ts.isPropertyAccessExpression(parent)) return parent.expression.getText() === "globalThis";
  const declaration = ts.isBindingElement(parent) ? parent.parent.parent : undefined;
  return declaration !== undefined && ts.isVariableDeclaration(declaration)
    ? declaration.initializer?.getText() === "globalThis"
    : false;
}

function isBannedMember(file: SourceFile, owner: string, member: string): boolean {
  if (MEMBERS[owner]?.includes(member)) return true;
  return owner === "process" && PROCESS_MEMBERS.includes(member) && !OWNS_PROCESS.has(areaOf(file.path));
}

function ambient(file: SourceFile, node: ts.Node, what: string): Finding {
  return findingAt(file, node, `reads ${what} from its surroundings: take it as an input`);
}
