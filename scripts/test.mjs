// `npm test`: installs what the tests need, runs them, and closes with their counts. What follows `--` goes to vitest.
import { runTests } from "./run-tests.mjs";
import { main } from "./run.mjs";

await main(async () => {
  const { ok, closingLine } = await runTests(process.argv.slice(2));
  console.log(closingLine);
  process.exitCode = ok ? 0 : 1;
});
