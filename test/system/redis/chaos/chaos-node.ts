// One node of a chaos run, as a process that can be killed and started again.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { TcpProxy } from "../../../support/tcp-proxy.js";
import { LOST, type Account, type Accounts } from "./accounts.js";
import {
  nodeProgram,
  type AskKind,
  type FromNode,
  type NodeProgramOptions,
  type ToNode,
  type View,
} from "./node-program.js";

const START_LIMIT_MS = 60_000;
const VIEW_LIMIT_MS = 10_000;

export class ChaosNode {
  readonly #options: NodeProgramOptions;
  readonly #accounts: Accounts;
  readonly #open = new Set<Account>();
  readonly #ended = new Map<Account, () => void>();
  readonly #views = new Map<number, (view: View) => void>();
  #process: ChildProcess | undefined;
  #asked = 0;
  #starts = 0;
  errors = "";

  constructor(
    options: NodeProgramOptions,
    readonly proxy: TcpProxy,
    accounts: Accounts,
  ) {
    this.#options = options;
    this.#accounts = accounts;
  }

  get nodeId(): string {
    return this.#options.nodeId;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  async start(): Promise<void> {
    const program = nodeProgram(this.#options);
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#starts += 1;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.errors = (this.errors + text).slice(-20_000)));
    const ready = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`${this.nodeId} did not start: ${this.errors}`));
      }, START_LIMIT_MS);
      child.on("message", (told: FromNode) => {
        if ("ready" in told) {
          clearTimeout(limit);
          resolve();
        } else this.#hear(told);
      });
      child.on("exit", (code, signal) => {
        clearTimeout(limit);
        reject(new Error(`${this.nodeId} ended (${code ?? signal ?? ""}): ${this.errors}`));
        if (this.#process === child) this.#process = undefined;
        this.#loseAll();
      });
    });
    await ready;
    this.#process = child;
  }

  /** As a crash: what was asked of it is lost with it. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Resolves when the request has its end, whatever that is. */
  ask(kind: AskKind): Promise<void> {
    this.#asked += 1;
    const id = `${this.nodeId}-${this.#starts}-${this.#asked}`;
    const account = this.#accounts.open(id, kind, this.nodeId);
    this.#open.add(account);
    return new Promise((resolve) => {
      this.#ended.set(account, resolve);
      this.#say({ ask: id, kind });
    });
  }

  view(): Promise<View> {
    this.#asked += 1;
    const number = this.#asked;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`${this.nodeId} did not show its view: ${this.errors}`));
      }, VIEW_LIMIT_MS);
      this.#views.set(number, (view) => {
        clearTimeout(limit);
        resolve(view);
      });
      this.#say({ view: number });
    });
  }

  #say(message: ToNode): void {
    this.#process?.send(message, () => undefined);
  }

  #hear(told: Exclude<FromNode, { ready: true }>): void {
    if ("view" in told) {
      this.#views.get(told.view)?.(told.is);
      this.#views.delete(told.view);
      return;
    }
    const account = this.#accounts.of("accepted" in told ? told.accepted : told.ended);
    if (account === undefined) return;
    if ("accepted" in told) account.isAccepted = true;
    else this.#end(account, told.error);
  }

  #end(account: Account, end: string | null): void {
    account.ends.push(end);
    this.#open.delete(account);
    this.#ended.get(account)?.();
    this.#ended.delete(account);
  }

  #loseAll(): void {
    for (const account of [...this.#open]) this.#end(account, LOST);
  }
}
