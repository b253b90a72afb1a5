// Who may import whom: the direction of the folders, and no cycles between files.
import { importsOf, resolveImport } from "./imports.js";
import { areaOf, findingAt, type Finding, type SourceFile, type SourceTree } from "./source-tree.js";

/** From the top down. An area imports from the rows below its own; areas of one row do not import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["main"],
  ["cli"],
  ["index"],
  ["simulation"],
  ["node"],
  ["api", "agents", "engines", "feeds", "buses", "journal", "actors"],
  ["discovery", "partnerships", "routing", "planning"],
  ["kernel", "quant"],
  ["contracts"],
];

/** What is traded stands beside the rows: who may know of it, and what it may know. */
const DOMAIN = "domain";
const MAY_IMPORT_DOMAIN = ["index", "cli", "simulation", "engines", "agents", "levers", "feeds", "dashboard"];
const CATALOGUE = "src/node/catalogue/";
const DOMAIN_MAY_IMPORT = ["contracts", "quant"];

/** Engines share numerics and what is traded, and know nothing of each other. */
const ENGINES_MAY_IMPORT = ["contracts", "kernel", "quant"];

export function importDirection(tree: SourceTree): Finding[] {
  return tree.code("src").flatMap((file) =>
    importsOf(file).flatMap((reference) => {
      const target = resolveImport(tree, file, reference);
      if (!target) return [];
      const objection = objectionTo(file.path, target.path, reference.kind === "type");
      return objection === undefined ? [] : [findingAt(file, reference.node, objection)];
    }),
  );
}

function objectionTo(fromPath: string, toPath: string, typeOnly: boolean): string | undefined {
  if (!toPath.startsWith("src/")) return `src imports ${toPath}, which is not part of the program`;
  const [from, to] = [areaOf(fromPath), areaOf(toPath)];
  if (from === "engines" && to === "engines" && folderOf(fromPath) !== folderOf(toPath)) {
    return `${folderOf(fromPath)} and ${folderOf(toPath)} are two engines: what both need belongs in quant or domain`;
  }
  if (from === to) return undefined;
  if (to === DOMAIN) {
    const mayImport = MAY_IMPORT_DOMAIN.includes(from) || fromPath.startsWith(CATALOGUE);
    return mayImport ? undefined : `${from} belongs to the framework, which knows nothing of domain`;
  }
  if (from === DOMAIN) {
    const isResource = fromPath.startsWith("src/domain/api/") && to === "api";
    return DOMAIN_MAY_IMPORT.includes(to) || isResource ? undefined : `domain may not import ${to}`;
  }
  if (from === "engines" && !ENGINES_MAY_IMPORT.includes(to)) return `engines may not import ${to}`;
  if (from === "dashboard") {
    return to === "contracts" || (to === "api" && typeOnly) ? undefined : `dashboard may not import ${to}`;
  }
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  const homeless = fromLayer < 0 ? from : to;
  if (fromLayer < 0 || toLayer < 0) return `${homeless} is no area of the design`;
  if (to === "index") return "index is for those outside: import from where it is defined";
  if (fromLayer === toLayer) return `${from} and ${to} meet through ports in contracts, not through imports`;
  return fromLayer < toLayer ? undefined : `${from} may not import ${to}, which stands above it`;
}

function layerOf(area: string): number {
  return LAYERS.findIndex((areas) => areas.includes(area));
}

/** Of one engine. */
function folderOf(path: string): string {
  return path.split("/").slice(0, 3).join("/");
}

/** Type-only imports count: what cannot be understood apart is one file. */
export function importCycles(tree: SourceTree): Finding[] {
  const findings: Finding[] = [];
  const done = new Set<SourceFile>();
  const visit = (file: SourceFile, trail: readonly SourceFile[]): void => {
    if (done.has(file)) return;
    for (const reference of importsOf(file)) {
      if (reference.kind === "reference") continue;
      const target = resolveImport(tree, file, reference);
      if (!target || target === file) continue;
      const start = [...trail, file].indexOf(target);
      if (start >= 0) {
        const cycle = [...trail, file].slice(start).map(({ path }) => path);
        findings.push(findingAt(file, reference.node, `import cycle: ${[...cycle, target.path].join(" → ")}`));
      } else visit(target, [...trail, file]);
    }
    done.add(file);
  };
  for (const file of tree.code("src")) visit(file, []);
  return findings;
}
