// All tidy rules: a new one is a function over the tree and a line here.
import { ambientCalls } from "./ambient.js";
import { deadExports, deadFiles } from "./dead-code.js";
import { libraryFences } from "./fences.js";
import { frameworkWithoutDomain } from "./framework.js";
import { importCycles, importDirection } from "./layers.js";
import { moduleState, reExports } from "./module-form.js";
import { declaredNames, downloadAddresses, fileNames, machinePaths, unfinishedMarkers } from "./names.js";
import { optionCount } from "./options.js";
import { fileLength, functionLength, importCount } from "./size.js";
import type { Finding, SourceTree } from "./source-tree.js";
import { testDiscipline } from "./test-discipline.js";

export type Rule = (tree: SourceTree) => readonly Finding[];

export const RULES = {
  "folders import downwards only": importDirection,
  "the framework knows no domain": frameworkWithoutDomain,
  "no import cycles": importCycles,
  "libraries stay in their folders": libraryFences,
  "time, chance and environment come through the kernel": ambientCalls,
  "files are short": fileLength,
  "functions are short": functionLength,
  "files import little": importCount,
  "options are few": optionCount,
  "every file is reached": deadFiles,
  "every export is used": deadExports,
  "modules export what is theirs, by name": reExports,
  "modules hold no state": moduleState,
  "files are named in kebab-case after what they are": fileNames,
  "declarations are named after what they are": declaredNames,
  "nothing is marked unfinished": unfinishedMarkers,
  "no path of one machine": machinePaths,
  "no download addresses": downloadAddresses,
  "all tests run": testDiscipline,
} as const satisfies Readonly<Record<string, Rule>>;
