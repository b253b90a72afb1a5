// Loaded before a benchmark: lets it import from src, typed, while what runs is the build that is shipped. A transpiler
// that runs src directly names every closure at run time, which would be measured as the project's own cost.
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

const src = new URL("../src/", import.meta.url).href;
const dist = new URL("../dist/", import.meta.url).href;

if (isMainThread) register(import.meta.url);

export function resolve(specifier, context, nextResolve) {
  if (/^\.\.?\//.test(specifier) && context.parentURL !== undefined) {
    const target = new URL(specifier, context.parentURL).href;
    if (target.startsWith(src)) return nextResolve(dist + target.slice(src.length), context);
  }
  return nextResolve(specifier, context);
}
