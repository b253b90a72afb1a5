// Planted bugs: patches that are read, applied to sources and transpiled beside them. What is off about a patch is one clear error.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root, StepError } from "./run.mjs";

const folder = join(root, "test", "mutants");
const FIELDS = ["Bug", "Seen by", "Scenario", "Hours"];

/** All there are, by name. */
export function readMutants() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".patch"));
  return files.sort().map((file) => parsePatch(file.replace(/\.patch$/, ""), readFileSync(join(folder, file), "utf8")));
}

/**
 * A head of `Field: text` lines, and unified diffs of one or more files.
 * @throws StepError saying what is off
 */
export function parsePatch(name, text) {
  const lines = text.trimEnd().split("\n");
  const start = lines.findIndex((line) => line.startsWith("--- "));
  if (start < 0) throw new StepError(`mutant ${name}: it changes no file`);
  const head = Object.fromEntries(
    lines.slice(0, start).map((line) => {
      const [, field, value] = /^([\w ]+): (.+)$/.exec(line) ?? [];
      if (!FIELDS.includes(field))
        throw new StepError(`mutant ${name}: ${JSON.stringify(line)} is no field of its head`);
      return [field, value];
    }),
  );
  const absent = FIELDS.find((field) => head[field] === undefined);
  if (absent !== undefined) throw new StepError(`mutant ${name}: its head says no ${absent}`);
  return {
    name,
    bug: head["Bug"],
    seenBy: head["Seen by"],
    scenario: head["Scenario"],
    hours: Number(head["Hours"]),
    files: parseDiff(name, lines.slice(start)),
  };
}

function parseDiff(name, lines) {
  const files = [];
  for (const line of lines) {
    const file = files.at(-1);
    const hunk = file?.hunks.at(-1);
    if (line.startsWith("--- ")) files.push({ path: line.slice(4).replace(/^a\//, ""), hunks: [] });
    else if (line.startsWith("+++ ") && file !== undefined && hunk === undefined) continue;
    else if (line.startsWith("@@") && file !== undefined) file.hunks.push({ before: [], after: [] });
    else if (hunk === undefined) throw new StepError(`mutant ${name}: ${JSON.stringify(line)} belongs to no hunk`);
    else {
      const text = line.slice(1);
      if (line[0] !== "+") hunk.before.push(text);
      if (line[0] !== "-") hunk.after.push(text);
    }
  }
  return files;
}

/**
 * The source with the hunks applied. Lines may have moved, but each hunk's must be there, and only once.
 * @throws StepError naming the mutant and the lines that were not found
 */
export function applyHunks(name, path, { source, hunks }) {
  let text = `\n${source}`;
  for (const { before, after } of hunks) {
    const old = `\n${before.join("\n")}\n`;
    const count = timesWithin(text, old);
    if (count !== 1) {
      const found = count === 0 ? "these lines are not there any more" : `these lines are there ${count} times`;
      throw new StepError(`mutant ${name} does not apply to ${path}: ${found}:${old}`);
    }
    text = text.replace(old, () => `\n${after.join("\n")}\n`);
  }
  return text.slice(1);
}

/** How often one text is in another, also where two such places share a line's end. */
function timesWithin(text, part) {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count += 1;
  return count;
}

/** The mutant's files, patched: TypeScript by path. */
export function patchedFiles({ name, files }) {
  return files.map(({ path, hunks }) => {
    let source;
    try {
      source = readFileSync(join(root, path), "utf8");
    } catch {
      throw new StepError(`mutant ${name} does not apply: there is no ${path}`);
    }
    return { path, text: applyHunks(name, path, { source, hunks }) };
  });
}

/** @throws StepError for what is no TypeScript */
export function transpile(path, text) {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const [first] = diagnostics;
  if (first === undefined) return outputText;
  throw new StepError(`${path} does not compile: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`);
}
