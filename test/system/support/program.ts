// A program of the project as a real process in an empty folder of its own: its output as it comes, its end, and its removal.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const PROGRAM = join(ROOT, "dist", "main.js");

/** Generous, for a loaded machine: nothing waits this long unless it fails. */
const PATIENCE_MS = 60_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Leaves neither the process nor its folder behind once it is removed. */
export class Program {
  out = "";
  err = "";
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #folder: string | undefined;
  #exit: Exit | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(command: string, args: readonly string[], { cwd, env = {} }: ProgramOptions = {}) {
    this.#folder = cwd === undefined ? mkdtempSync(join(tmpdir(), "nautilus-test-")) : undefined;
    this.#child = spawn(command, args, {
      cwd: cwd ?? this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...inheritedEnvironment(), ...env },
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.out += text;
      this.#look();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.err += text;
      this.#look();
    });
    // `close`, not `exit`: whatever was written is then read.
    this.exited = once(this.#child, "close").then(([code, signal]) => {
      this.#exit = { code: code as number | null, signal: signal as string | null };
      this.#look();
      return this.#exit;
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the program could not be started");
    return this.#child.pid;
  }

  get hasExited(): boolean {
    return this.#exit !== undefined;
  }

  /** As when the terminal or the program that read its output is gone. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The first match in what it wrote to stdout. Rejects, with what it wrote, when it ends or takes too long before. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#awaits(pattern, () => this.out);
  }

  /** The same for stderr. */
  complains(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#awaits(pattern, () => this.err);
  }

  async remove(): Promise<void> {
    if (!this.hasExited) this.#child.kill("SIGKILL");
    await this.exited;
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #awaits(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(patience);
        this.#waiting.delete(look);
        end();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`${why} before ${String(pattern)}\n${this.out}\n${this.err}`)));
      const look = (): void => {
        const match = pattern.exec(text());
        if (match !== null) settle(() => resolve(match));
        else if (this.#exit !== undefined) fail(`the program ended with ${JSON.stringify(this.#exit)}`);
      };
      const patience = setTimeout(() => fail(`${PATIENCE_MS} ms passed`), PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

/** Settings of the machine that the tests run on are none of the programs'. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NAUTILUS_|VITEST|NODE_OPTIONS|npm_)/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: undefined };
}

/** A `nautilus` command, run to its end. */
export async function nautilus(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Exit & { readonly out: string; readonly err: string }> {
  const program = new Program(process.execPath, [PROGRAM, ...args], options);
  try {
    const exit = await program.exited;
    return { ...exit, out: program.out, err: program.err };
  } finally {
    await program.remove();
  }
}
