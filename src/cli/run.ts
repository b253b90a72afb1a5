// `nautilus run`: one workflow on a running node.
import { TradingRunSchema } from "../domain/run-fields.js";
import { expectAnswer } from "./answers.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import { NodeClient } from "./node-client.js";
import { JSON_FLAG, REQUEST_OPTIONS } from "./request-options.js";
import { runReport } from "./run-report.js";
import type { Settings } from "./settings.js";

/** @throws CliFailure 1 with the problem that the node answers with */
export async function run({ settings, operands }: Invocation, io: CliIo): Promise<ExitCode> {
  const [workflow = ""] = operands;
  const client = new NodeClient(settings, io);
  const answer = await client.post(`/api/v1/workflows/${encodeURIComponent(workflow)}/execute`, requestOf(settings));
  if (settings.flag(JSON_FLAG)) {
    io.stdout(`${answer.text}\n`);
    return 0;
  }
  io.stdout(runReport(expectAnswer(TradingRunSchema, answer.body)));
  return 0;
}

/** Only what was given: the node fills in the rest. */
function requestOf(settings: Settings): object {
  const request: Record<string, unknown> = {};
  for (const { field, option } of REQUEST_OPTIONS) {
    if (!settings.has(option)) continue;
    const [outer = "", inner] = field;
    const value = settings.get(option);
    request[outer] = inner === undefined ? value : { ...(request[outer] as object | undefined), [inner]: value };
  }
  return request;
}
