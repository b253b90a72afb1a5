// The API over a scripted node, on virtual time, with what it logs.
import { createApi } from "../../../src/api/create-api.js";
import type { ApiOptions } from "../../../src/api/api-env.js";
import type { LogFields, Logger } from "../../../src/contracts/logger.js";
import { trading } from "../../../src/domain/trading.js";
import { WORKFLOWS } from "../../../src/domain/workflows.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { ScriptedNode } from "./scripted-node.js";

export interface LogLine {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

export function recordingLogger(lines: LogLine[] = []): Logger {
  const at =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, fields, message });
    };
  const logger: Logger = {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    child: () => logger,
  };
  return logger;
}

export interface ScriptedApi {
  readonly api: ReturnType<typeof createApi>;
  readonly node: ScriptedNode;
  readonly clock: VirtualClock;
  readonly log: LogLine[];
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  /** Sends JSON; a string goes out as it is. */
  readonly post: (path: string, body?: unknown, init?: RequestInit) => Promise<Response>;
}

export function scriptedApi(options: Partial<ApiOptions> = {}): ScriptedApi {
  const node = new ScriptedNode();
  const clock = new VirtualClock();
  const log: LogLine[] = [];
  let requests = 0;
  const ids = { next: (prefix: string): string => `${prefix}-${++requests}` };
  const domain = { domain: trading, workflows: WORKFLOWS };
  const fixed = { version: "1.2.3", chaos: false, log: recordingLogger(log), clock, ids };
  const api = createApi(node, { ...fixed, ...domain, ...options });
  return {
    api,
    node,
    clock,
    log,
    get: async (path, init) => api.request(path, init),
    post: async (path, body, init) =>
      api.request(path, {
        method: "POST",
        ...(body !== undefined && {
          headers: { "content-type": "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
        ...init,
      }),
  };
}
