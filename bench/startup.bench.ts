// From `npm start` of a built node to the first 200 of /health, and how much memory the node then holds.
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { report } from "./harness.js";

const ROUNDS = 5;
const PORT_LINE = /http:\/\/127\.0\.0\.1:(\d+)/;
const MB = 1024 * 1024;

interface Start {
  readonly healthyMs: number;
  readonly residentMb: number;
}

async function startOnce(): Promise<Start> {
  const began = performance.now();
  const npm = spawn("npm", ["start", "--silent", "--", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const port = await portOf(npm.stdout);
    while (!(await isHealthy(port))) await pause(10);
    const healthyMs = performance.now() - began;
    const status = (await (await fetch(`http://127.0.0.1:${port}/api/v1/system/status`)).json()) as {
      process: { residentBytes: number };
    };
    return { healthyMs, residentMb: status.process.residentBytes / MB };
  } finally {
    npm.kill("SIGTERM");
    await new Promise((resolve) => npm.once("close", resolve));
  }
}

function portOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = "";
    output.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      const port = PORT_LINE.exec(seen)?.[1];
      if (port !== undefined) resolve(port);
    });
    output.once("end", () => {
      reject(new Error(`npm start ended before it said its port: ${seen}`));
    });
  });
}

async function isHealthy(port: string): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).status === 200;
  } catch {
    return false;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await startOnce(); // installs and builds where that is still to be done, and warms the file cache
const starts: Start[] = [];
for (let round = 0; round < ROUNDS; round += 1) starts.push(await startOnce());

report({
  name: "startup",
  ratio: {},
  absolute: {
    healthyMs: median(starts.map(({ healthyMs }) => healthyMs)),
    slowestHealthyMs: Math.max(...starts.map(({ healthyMs }) => healthyMs)),
    residentMb: Math.max(...starts.map(({ residentMb }) => residentMb)),
  },
  bar: { healthyMs: { atMost: 3000 }, residentMb: { atMost: 250 } },
});
