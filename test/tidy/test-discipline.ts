// Tests that run, all of them, through the public way in.
import ts from "typescript";
import { findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

const TEST_FUNCTIONS = new Set(["it", "test", "describe", "suite"]);
const NEVER = new Set(["only", "todo", "fails", "skip"]);
const WITH_REASON = new Set(["skipIf", "runIf"]);
const MODULE_MOCKS = new Set(["mock", "doMock", "hoisted"]);
/** The one place that skips, and prints why. */
const REQUIREMENTS = "test/support/requirements.ts";

export function testDiscipline(tree: SourceTree): Finding[] {
  return tree
    .code("test")
    .filter(({ path }) => path !== REQUIREMENTS)
    .flatMap((file) => file.nodes.flatMap((node) => objectionsTo(file, node)));
}

function objectionsTo(file: SourceFile, node: ts.Node): Finding[] {
  if (ts.isCallExpression(node)) return objectionToTitle(file, node);
  if (!ts.isPropertyAccessExpression(node)) return [];
  const [owner, modifier] = [rootName(node.expression), node.name.text];
  if (owner === "vi" && MODULE_MOCKS.has(modifier)) {
    return [findingAt(file, node, `vi.${modifier}: hand in another implementation of the port instead`)];
  }
  if (owner === undefined || !TEST_FUNCTIONS.has(owner)) return [];
  if (NEVER.has(modifier)) return [findingAt(file, node, `${owner}.${modifier}: every test runs`)];
  if (!WITH_REASON.has(modifier) || printsReason(file)) return [];
  return [findingAt(file, node, `${owner}.${modifier} without a printed reason: use ${REQUIREMENTS}`)];
}

function objectionToTitle(file: SourceFile, { expression, arguments: [title] }: ts.CallExpression): Finding[] {
  const owner = rootName(expression);
  const isTest = owner === "it" || owner === "test";
  if (!isTest || !title || !ts.isStringLiteralLike(title) || !/^should\b/i.test(title.text)) return [];
  return [findingAt(file, title, `say what it does, not what it should: "${title.text}"`)];
}

function printsReason(file: SourceFile): boolean {
  return file.nodes.some((node) => ts.isCallExpression(node) && node.expression.getText() === "console.warn");
}

/** `it` of `it.each(table)` and of `it.only.each`. */
function rootName(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return rootName(expression.expression);
  return undefined;
}
