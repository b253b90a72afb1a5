// A node as a real process, asked over HTTP.
import { expect } from "vitest";
import { problemOf, type ProblemBody } from "../../api/support/problems.js";
import type { TradingRun } from "../../../src/domain/run-fields.js";
import type { SystemStatus } from "../../../src/contracts/views/status.js";
import { Program, PROGRAM, type ProgramOptions } from "./program.js";

const REQUEST_LIMIT_MS = 60_000;
export const PORTFOLIO = "/api/v1/workflows/portfolio_optimization/execute";

export class NodeProcess {
  constructor(
    readonly program: Program,
    readonly url: string,
  ) {}

  get port(): string {
    return new URL(this.url).port;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(REQUEST_LIMIT_MS), ...init });
  }

  async get<T>(path: string): Promise<{ status: number; body: T }> {
    const response = await this.fetch(path);
    return { status: response.status, body: (await response.json()) as T };
  }

  async status(): Promise<SystemStatus> {
    return (await this.get<SystemStatus>("/api/v1/system/status")).body;
  }

  async post(path: string, body?: unknown): Promise<Response> {
    const json = body === undefined ? {} : { headers: { "content-type": "application/json" }, body: textOf(body) };
    return this.fetch(path, { method: "POST", ...json });
  }

  /** A run that must succeed, with its `result` as the bytes that came. */
  async execute(request?: object): Promise<{ run: TradingRun; resultText: string }> {
    const response = await this.post(PORTFOLIO, request);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return { run: JSON.parse(text) as TradingRun, resultText: resultTextOf(text) };
  }

  /** A request that must fail, with a whole problem document. */
  async refused(path: string, body?: unknown): Promise<ProblemBody> {
    return problemOf(await this.post(path, body));
  }

  async operate(verb: string, id: string): Promise<Response> {
    return this.post(`/api/v1/engines/${id}/${verb}`);
  }
}

/** The `result` member of an answer, as it was written: it is the last one. */
export function resultTextOf(answer: string): string {
  const at = answer.indexOf('"result":');
  if (at < 0) throw new Error(`an answer without a result: ${answer.slice(0, 500)}`);
  return answer.slice(at);
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

/** Starts a node on a free port and waits until it says that it serves. */
export async function startNode(args: readonly string[] = [], options: ProgramOptions = {}): Promise<NodeProcess> {
  const program = new Program(process.execPath, [PROGRAM, "start", "--port", "0", ...args], options);
  try {
    return await servingNode(program);
  } catch (error) {
    await program.remove();
    throw error;
  }
}

export async function servingNode(program: Program): Promise<NodeProcess> {
  const [, url = ""] = await program.prints(/ at (http:\/\/\S+), starting/);
  await program.prints(/^Try:$/m);
  return new NodeProcess(program, url);
}
