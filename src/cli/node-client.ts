// Asking a running node over HTTP; whatever goes wrong is one line that says what to do.
import type { z } from "zod";
import { bracketed } from "../api/host.js";
import { CliFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import type { ASK_OPTIONS, NODE_ADDRESS } from "./command-options.js";

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
  readonly #token: string | undefined;

  constructor({ host, port, token }: Invocation<typeof NODE_ADDRESS>["options"], io: CliIo) {
    this.url = `http://${bracketed(REACHED_AT[host] ?? host)}:${port}`;
    this.#io = io;
    this.#token = token;
  }

  /**
   * Asks with GET, or with POST where there is a body to send.
   * @throws CliFailure 1 when nothing answers, or with the problem that the node answers with
   */
  async expect(path: string, body?: object): Promise<NodeAnswer> {
    const answer = await this.ask(path, body);
    if (answer.status < 400) return answer;
    const { code, detail } = answer.body as { code?: string; detail?: string };
    throw new CliFailure(
      code === undefined ? `the node answered with status ${answer.status}` : `${code}: ${detail ?? ""}`,
      1,
    );
  }

  /**
   * The answer, whatever its status.
   * @throws CliFailure 1 when nothing answers, or what answers does not speak JSON
   */
  async ask(path: string, body?: object): Promise<NodeAnswer> {
    const response = await this.#fetch(path, {
      headers: {
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
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

export type Asking = Invocation<typeof ASK_OPTIONS>;

interface Question<T> {
  readonly path: string;
  readonly body?: object;
  readonly schema: z.ZodType<T>;
  readonly tell: (answer: T) => string;
}

/**
 * The whole of a command that asks one thing: prints the answer as it came under --json, told otherwise.
 * @throws CliFailure 1 when no node answers, or another than this version knows
 */
export async function printAnswer<T>(
  { options }: Asking,
  io: CliIo,
  { path, body, schema, tell }: Question<T>,
): Promise<ExitCode> {
  const answer = await new NodeClient(options, io).expect(path, body);
  io.stdout(options.json ? `${answer.text}\n` : tell(expectAnswer(schema, answer.body)));
  return 0;
}

/**
 * What answers may be another version, or no node at all.
 * @throws CliFailure 1 saying what does not fit
 */
function expectAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`;
  throw new CliFailure(`the node answers in another way than this version knows: ${where}`, 1);
}
