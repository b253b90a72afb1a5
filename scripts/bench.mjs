// `npm run bench -- NAME|all [--json] [--save]`: runs benchmarks on the built project. `--save` keeps their results in
// bench/results.json, from which the figures of the README are made.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prepare, prepareInstalled } from "./prepare.mjs";
import { main, root, StepError } from "./run.mjs";

const folder = join(root, "bench");
const suffix = ".bench.ts";

await main(async () => {
  const args = process.argv.slice(2);
  const names = chosen(args.filter((arg) => !arg.startsWith("--")));
  const options = new Set(args.filter((arg) => arg.startsWith("--")));
  const unknown = [...options].find((option) => option !== "--json" && option !== "--save");
  if (unknown !== undefined) throw new StepError(`unknown option ${unknown}; there are --json and --save`, 2);
  await prepare({ dev: true });
  const results = [];
  for (const name of names) results.push(await runBench(name, options));
  if (!options.has("--save")) return;
  // Not before now: it needs a package, which a fresh clone gets above.
  const { saveResults } = await import("./figures.mjs");
  await saveResults(results);
});

function chosen(names) {
  const available = readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
  const list = `available: ${[...available, "all"].join(", ")}`;
  const unknown = names.find((name) => name !== "all" && !available.includes(name));
  if (unknown !== undefined) throw new StepError(`no benchmark is called ${unknown}; ${list}`, 2);
  if (names.length === 0) throw new StepError(`which benchmark? ${list}`, 2);
  return names.includes("all") ? available : names;
}

async function runBench(name, options) {
  const file = join(folder, `${name}${suffix}`);
  if (readFileSync(file, "utf8").includes("peers/")) await prepareInstalled(join(folder, "peers"));
  const loaders = ["--import", "tsx", "--import", new URL("bench-resolve.mjs", import.meta.url).href];
  const keep = options.has("--save");
  const child = spawn(process.execPath, ["--expose-gc", ...loaders, file, ...(options.size > 0 ? ["--json"] : [])], {
    cwd: root,
    stdio: ["ignore", keep ? "pipe" : "inherit", "inherit"],
  });
  const output = keep ? tee(child.stdout) : Promise.resolve("");
  const [code, signal] = await once(child, "exit");
  if (signal !== null) throw new StepError(`${name} was ended by ${signal}`);
  if (code !== 0) process.exitCode = 1;
  return keep ? parseResult(name, await output) : undefined;
}

async function tee(stream) {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) {
    process.stdout.write(chunk);
    text += chunk;
  }
  return text;
}

function parseResult(name, output) {
  try {
    return JSON.parse(output.trimEnd().split("\n").at(-1));
  } catch {
    throw new StepError(`${name} gave no result to save`);
  }
}
