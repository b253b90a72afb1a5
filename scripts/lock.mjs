// A lock file between processes: holds the owner's pid, is waited for, and is taken over when its owner is gone.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./run.mjs";

const POLL_MS = 100;

/** Runs `work` while no other process holds the lock at `path`. */
export async function withLock(path, work) {
  await acquire(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function acquire(path) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, identify(process.pid));
  let told = false;
  try {
    while (!tryLink(draft, path)) {
      const holder = read(path);
      if (holder !== undefined && !isAlive(holder)) {
        takeAway(path, holder);
        continue;
      }
      if (!told && holder !== undefined) say(`waiting for process ${holder.split(" ")[0]}, which installs or builds`);
      told ||= holder !== undefined;
      await sleep(POLL_MS);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A hard link appears whole or not at all, so nobody ever reads a lock without its owner. */
function tryLink(draft, path) {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Of several that see a dead owner, the rename lets one through; it gives back what it should not have taken. */
function takeAway(path, deadHolder) {
  const grave = `${path}.gone.${process.pid}`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (read(grave) !== deadHolder) tryLink(grave, path);
  rmSync(grave, { force: true });
}

function isAlive(holder) {
  const pid = Number(holder.split(" ")[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return identify(pid) === holder;
}

/** The pid and, where the system tells, when that process began: a pid is used again, after a restart soon. */
function identify(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const began = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return began === undefined ? `${pid}` : `${pid} ${began}`;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
