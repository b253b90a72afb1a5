// `nautilus run`: one workflow on a running node.
import { TradingRunSchema } from "../domain/run-fields.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { printAnswer, type Asking } from "./node-client.js";
import { requestOf } from "./request-options.js";
import { runReport } from "./run-report.js";

/** @throws CliFailure 1 with the problem that the node answers with */
export function run(invocation: Asking, io: CliIo): Promise<ExitCode> {
  const [workflow = ""] = invocation.operands;
  return printAnswer(invocation, io, {
    path: `/api/v1/workflows/${encodeURIComponent(workflow)}/execute`,
    body: requestOf(invocation.given),
    schema: TradingRunSchema,
    tell: runReport,
  });
}
