// `npm run verify`: everything that a change must pass, with all tests in their long form, stopping at the first failure. The last line
// counts the tests.
import { join } from "node:path";
import { prepare, prepareInstalled } from "./prepare.mjs";
import { runTests } from "./run-tests.mjs";
import { root, runStep, StepError } from "./run.mjs";

let closingLine;

const STEPS = {
  install: () => prepareInstalled(),
  format: tool("format", "node_modules/prettier/bin/prettier.cjs", "--check", "."),
  figures: tool("figures", "scripts/figures.mjs", "--check"),
  lint: tool("lint", "node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"),
  types: tool("types", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"),
  build: () => prepare({ rebuild: true }),
  tests: async () => {
    const outcome = await runTests([], { form: "long" });
    ({ closingLine } = outcome);
    if (!outcome.ok) throw new StepError("not all tests passed");
  },
};

function tool(name, program, ...args) {
  return () => runStep(name, process.execPath, [join(root, program), ...args], { stdout: 1 });
}

for (const [name, step] of Object.entries(STEPS)) {
  console.log(`verify: ${name} ...`);
  const began = performance.now();
  const failure = await step().then(
    () => undefined,
    (error) => error,
  );
  const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  if (failure !== undefined) {
    console.log(
      `verify: ${name} FAILED after ${took}: ${failure instanceof StepError ? failure.message : failure.stack}`,
    );
    process.exitCode = failure.exitCode ?? 1;
    break;
  }
  console.log(`verify: ${name} passed in ${took}`);
}
if (closingLine !== undefined) console.log(closingLine);
