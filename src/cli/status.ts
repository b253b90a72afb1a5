// `nautilus status`: how a running node is.
import { SystemStatusSchema, type SystemStatus } from "../contracts/views/status.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { printAnswer, type Asking } from "./node-client.js";
import { feedLine, goalLine } from "./start-banner.js";
import { duration, table } from "./table.js";

/** @throws CliFailure 1 when no node answers */
export function status(invocation: Asking, io: CliIo): Promise<ExitCode> {
  return printAnswer(invocation, io, { path: "/api/v1/system/status", schema: SystemStatusSchema, tell: statusReport });
}

function statusReport(status: SystemStatus): string {
  const { nodeId, version, state, level, reasons, engines, runs, process } = status;
  const memory = `${Math.round(process.residentBytes / 2 ** 20)} MiB`;
  const lines = [
    `node ${nodeId} ${state}${level === null ? "" : `, ${level}`}, version ${version}, up ${duration(status.uptimeMs)}`,
    ...reasons.map((reason) => `note: ${reason}`),
    // The reasons are as old as a second.
    ...status.links
      .filter(({ channel, connected }) => !connected && !reasons.some((reason) => reason.startsWith(channel)))
      .map(({ channel }) => `note: ${channel} is not connected`),
    `engines: ${engines.running} of ${engines.total} run`,
    `runs: ${runs.succeeded} succeeded, ${runs.failed} failed, ${runs.active} active, ${runs.queued} queued`,
    feedLine(status.feed),
    ...status.goals.map(goalLine),
    `process: ${memory} resident, event loop late by ${duration(process.eventLoopDelayP99Ms)} at the 99th percentile`,
  ];
  const members = table(
    ["node", "status", "engines", ""],
    status.nodes.map((member) => [
      member.nodeId,
      member.status,
      member.engines,
      member.nodeId === status.leader ? "leads" : "",
    ]),
  );
  return `${lines.join("\n")}\n\n${members}`;
}
