// A real redis-server of the test's own: on a free port of this machine, with a folder of its own, ended by its process id.
import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Requirement } from "./requirements.js";

const program = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "redis-server"))
  .find(isExecutable);

export const REDIS: Requirement = {
  isMet: program !== undefined,
  reason: "redis-server is not installed (Debian: apt-get install redis-server)",
};

const PATIENCE_MS = 10_000;
const LOOK_MS = 10;

export interface RedisServerOptions {
  /** Keeps its data when it is started anew. */
  readonly keepsData?: boolean;
  /** Further arguments, as on its command line. */
  readonly args?: readonly string[];
}

export class RedisServer {
  readonly #folder = mkdtempSync(join(tmpdir(), "nautilus-redis-"));
  readonly #options: RedisServerOptions;
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    options: RedisServerOptions,
  ) {
    this.#options = options;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** For signals. */
  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error("the server does not run");
    return pid;
  }

  async start(): Promise<void> {
    const { keepsData = false, args = [] } = this.#options;
    const persistence = keepsData ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
    const address = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    this.#process = spawn(program ?? "redis-server", [...address, ...persistence, ...args], { stdio: "ignore" });
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while (!(await isListening(this.port))) {
      if (patience.aborted || this.#process.exitCode !== null) throw new Error("redis-server did not start");
      await sleep(LOOK_MS);
    }
  }

  /** As a crash would end it. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill("SIGKILL");
    await gone;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
