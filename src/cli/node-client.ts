// Asking a running node over HTTP; whatever goes wrong is one line that says what to do.
import { bracketed } from "../api/host.js";
import { CliFailure } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { HOST, PORT, TOKEN } from "./node-options.js";
import type { Settings } from "./settings.js";

const DEFAULT_PORT = 8000;
/** Where a node that listens everywhere is reached from its own machine. */
const REACHED_AT: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

export interface NodeAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
}

export class NodeClient {
  readonly url: string;
  readonly #io: CliIo;
  readonly #token: string;

  constructor(settings: Settings, io: CliIo) {
    const host = settings.text(HOST, "127.0.0.1");
    this.url = `http://${bracketed(REACHED_AT[host] ?? host)}:${settings.number(PORT, DEFAULT_PORT)}`;
    this.#io = io;
    this.#token = settings.text(TOKEN, "");
  }

  /** @throws CliFailure 1 when nobody answers, or with the problem that the node answers with */
  async get(path: string): Promise<NodeAnswer> {
    return successful(await this.ask(path));
  }

  /** @throws CliFailure 1 when nobody answers, or with the problem that the node answers with */
  async post(path: string, body: unknown): Promise<NodeAnswer> {
    const headers = { "content-type": "application/json" };
    return successful(await this.ask(path, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  /**
   * The answer, whatever its status.
   * @throws CliFailure 1 when nobody answers, or what answers does not speak JSON
   */
  async ask(path: string, init: RequestInit = {}): Promise<NodeAnswer> {
    const headers = new Headers(init.headers);
    if (this.#token !== "") headers.set("authorization", `Bearer ${this.#token}`);
    const response = await this.#fetch(path, { ...init, headers });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text), text };
    } catch {
      throw new CliFailure(
        `what answers at ${this.url} is not a nautilus node (status ${response.status}, no JSON)`,
        1,
      );
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#io.fetch(`${this.url}${path}`, init);
    } catch (error) {
      const { code, message } = (error as { cause?: NodeJS.ErrnoException }).cause ?? (error as NodeJS.ErrnoException);
      if (code === "ECONNREFUSED") {
        throw new CliFailure(`no node runs at ${this.url}: npm start (or nautilus start) starts one`, 1);
      }
      throw new CliFailure(`${this.url} cannot be reached: ${code ?? message}`, 1);
    }
  }
}

function successful(answer: NodeAnswer): NodeAnswer {
  const { status, body } = answer;
  if (status < 400) return answer;
  const { code, detail } = body as { code?: string; detail?: string };
  throw new CliFailure(code === undefined ? `the node answered with status ${status}` : `${code}: ${detail ?? ""}`, 1);
}
