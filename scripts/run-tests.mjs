// Runs vitest and counts what it reported. With REQUIRE_ALL=1 a skipped test is a failure.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { prepare } from "./prepare.mjs";
import { root, run, say } from "./run.mjs";
import { installSystemPackages } from "./system-packages.mjs";

const NOT_RUN = new Set(["skipped", "pending", "todo", "disabled"]);

/**
 * Installs what the tests need, builds what is stale (the system tests run dist), and passes `args` to vitest.
 * `form` is "long" where tests that can do more of the same are to do so: more seeds, runs, faults, simulated hours.
 * @returns {Promise<{ ok: boolean, closingLine: string }>}
 */
export async function runTests(args, { form = process.env.TEST_FORM ?? "short" } = {}) {
  await prepare({ dev: true });
  await installSystemPackages();
  const results = join(root, ".cache", `test-results-${process.pid}.json`);
  mkdirSync(join(root, ".cache"), { recursive: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  try {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const code = await run(process.execPath, [vitest, "run", ...reporters, ...args], {
      stdout: 1,
      env: { TEST_FORM: form },
    });
    return judge(code, readResults(results));
  } finally {
    rmSync(results, { force: true });
  }
}

function judge(code, files) {
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({ file: relative(root, file.name), ...test })),
  );
  const passed = tests.filter((test) => test.status === "passed").length;
  const skipped = tests.filter((test) => NOT_RUN.has(test.status));
  // A file that cannot be loaded has no tests to count, an error outside of any test no file: each still is a failure.
  const broken = files.filter((file) => file.status === "failed" && !file.assertionResults.some(hasFailed)).length;
  const failed = Math.max(tests.filter(hasFailed).length + broken, code === 0 ? 0 : 1);
  for (const test of skipped) say(`skipped: ${test.file}: ${test.fullName.trim()}`);
  const mustRunAll = process.env.REQUIRE_ALL === "1";
  if (mustRunAll && skipped.length > 0) say(`REQUIRE_ALL=1: ${skipped.length} skipped tests count as a failure`);
  return {
    ok: failed === 0 && passed > 0 && !(mustRunAll && skipped.length > 0),
    closingLine: `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
  };
}

function hasFailed(test) {
  return test.status === "failed";
}

function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).testResults;
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}
