// Builds of the program in a folder of their own: as it is, and with one bug planted; and seeds simulated on them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { clearTimeout, setTimeout } from "node:timers";
import { patchedFiles, transpile } from "./mutant-patches.mjs";
import { root, StepError } from "./run.mjs";

/** Below the project, so that its packages are found. */
export const builds = join(root, ".cache", "mutants");
/** A seed that takes longer has come to a stop: that too is a violation. */
const SEED_LIMIT_MS = 600_000;
const STUCK = "came to a stop";

/** The program as it is, in JavaScript. */
export function buildUnpatched(folder) {
  rmSync(folder, { recursive: true, force: true });
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of sources.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))) {
    const path = join(parentPath, name);
    write(folder, relative(root, path), readFileSync(path, "utf8"));
  }
  return folder;
}

/** A copy of the unpatched build with the mutant's files in place. */
export function buildMutant(mutant, { unpatched, folder }) {
  const files = patchedFiles(mutant);
  rmSync(folder, { recursive: true, force: true });
  cpSync(unpatched, folder, { recursive: true });
  for (const { path, text } of files) write(folder, path, text);
  return folder;
}

function write(folder, path, text) {
  const file = join(folder, relative("src", path)).replace(/\.ts$/, ".js");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, transpile(path, text));
}

/**
 * Simulates the seeds on `jobs` processes; `onSeed` is told of each as it ends, and stops all when it answers true.
 * @throws StepError when a process fails
 */
export async function simulateSeeds(build, { scenario, hours, seeds, jobs, onSeed }) {
  const waiting = [...seeds];
  const size = Math.ceil(seeds.length / jobs);
  let isOver = false;
  const lane = async () => {
    // One process a lane: what it loads it loads once, and each is fed a share of its own.
    const share = waiting.splice(0, size);
    let next = 0;
    while (next < share.length && !isOver) {
      const { ended, failure } = await simulateShare(build, { scenario, hours, seeds: share.slice(next) }, (result) => {
        isOver ||= onSeed(result) === true;
        return isOver;
      });
      next += ended;
      if (isOver || next >= share.length) break;
      if (failure !== STUCK) {
        throw new StepError(`the process that simulates seed ${share[next]} on ${relative(root, build)} ${failure}`);
      }
      const violation = { invariant: "time goes on", atMs: 0, message: "the simulation came to a stop" };
      isOver ||= onSeed({ seed: share[next], violation, events: 0 }) === true;
      next += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, lane));
}

/** How many of the seeds ended, and why not all. */
async function simulateShare(build, { scenario, hours, seeds }, onResult) {
  const script = join(root, "scripts", "mutant-seeds.mjs");
  const args = [script, build, scenario, String(hours), ...seeds.map(String)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let [ended, isStuck] = [0, false];
  const stuck = () => {
    isStuck = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(stuck, SEED_LIMIT_MS);
  createInterface({ input: child.stdout }).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(stuck, SEED_LIMIT_MS);
    ended += 1;
    if (onResult(JSON.parse(line))) child.kill();
  });
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);
  return {
    ended,
    failure: isStuck ? STUCK : signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`,
  };
}
