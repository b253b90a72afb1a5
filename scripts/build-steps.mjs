// What a build is: sources compiled and data made in a folder beside dist, which replaces dist in one go when complete.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root, runStep, say } from "./run.mjs";

const dist = join(root, "dist");
const stampFile = ".stamp";
const leftover = /^\.build-\d+(-old)?$/;

/** Is dist made of exactly the present sources? */
export function isBuilt() {
  try {
    return readFileSync(join(dist, stampFile), "utf8") === sourceDigest();
  } catch (error) {
    if (error.code === "ENOENT") return false;
    throw error;
  }
}

/** Builds dist anew. The caller holds the project's lock. */
export async function build() {
  say("building");
  for (const name of readdirSync(root)) if (leftover.test(name)) remove(join(root, name));
  // Taken before compiling: a source edited meanwhile makes the next start build again.
  const digest = sourceDigest();
  // As deep as dist, so that the relative paths in source maps stay right after the rename.
  const draft = join(root, `.build-${process.pid}`);
  try {
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    await runStep("build", process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", draft]);
    await makeData(draft);
    chmodSync(join(draft, "main.js"), 0o755);
    writeFileSync(join(draft, stampFile), digest);
    replaceDist(draft);
  } finally {
    remove(draft);
  }
}

async function makeData(outDir) {
  const script = join(root, "scripts", "build-data.mjs");
  if (existsSync(script)) await runStep("build", process.execPath, [script, outDir]);
}

function replaceDist(draft) {
  const old = `${draft}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(draft, dist);
  remove(old);
}

function remove(path) {
  rmSync(path, { recursive: true, force: true });
}

/** A digest over everything that decides what a build gives. */
function sourceDigest() {
  const hash = createHash("sha256");
  for (const path of buildInputs())
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex");
}

function buildInputs() {
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const settings = ["package-lock.json", "tsconfig.json", "tsconfig.build.json"];
  const scripts = readdirSync(join(root, "scripts")).filter((name) => /^build.*\.mjs$/.test(name));
  return [
    ...sources,
    ...settings.map((name) => join(root, name)),
    ...scripts.map((name) => join(root, "scripts", name)),
  ].sort();
}
