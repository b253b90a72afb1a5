// The framework serves any domain: it imports nothing of the one that it is built with, and has no word of finance.
import ts from "typescript";
import { importsOf, resolveImport } from "./imports.js";
import { areaOf, findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

const FRAMEWORK = [
  "contracts",
  "kernel",
  "actors",
  "discovery",
  "partnerships",
  "routing",
  "planning",
  "rpc",
  "buses",
  "bridge",
  "journal",
  "api",
  "node",
];
const CATALOGUE = "src/node/catalogue/";
const DOMAIN = ["domain", "engines", "feeds"];
const WORDS =
  /^(prices?|portfolios?|symbols?|tickers?|aversion|capital|assets?|equit(y|ies)|dividends?|trad(er|ers|ing)|mandates?|allocations?|lookback)$/;

export function frameworkWithoutDomain(tree: SourceTree): Finding[] {
  return tree
    .code("src")
    .filter(({ path }) => FRAMEWORK.includes(areaOf(path)) && !path.startsWith(CATALOGUE))
    .flatMap((file) => [...importedDomain(tree, file), ...financeWords(file)]);
}

function importedDomain(tree: SourceTree, file: SourceFile): Finding[] {
  return importsOf(file).flatMap((reference) => {
    const area = areaOf(resolveImport(tree, file, reference)?.path ?? "");
    return DOMAIN.includes(area) ? [findingAt(file, reference.node, `the framework knows nothing of ${area}`)] : [];
  });
}

function financeWords(file: SourceFile): Finding[] {
  return file.nodes.flatMap((node) => {
    const word = wordsOf(textOf(node)).find((each) => WORDS.test(each));
    return word === undefined || isBuiltIn(node)
      ? []
      : [findingAt(file, node, `${word} is a word of finance: the domain's, not the framework's`)];
  });
}

/** Of names and strings; comments may give examples. */
function textOf(node: ts.Node): string {
  const isText =
    ts.isIdentifier(node) ||
    ts.isPrivateIdentifier(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node);
  return isText ? node.text : "";
}

/** `maxAssets`, `max-assets` and `MAX_ASSETS` are two words each. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
}

/** `Symbol` of the language, and what `typeof` says of one. */
function isBuiltIn(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === "Symbol";
  return ts.isStringLiteral(node) && node.text === "symbol" && ts.isBinaryExpression(node.parent);
}
