// `nautilus engines`: the engines that a running node knows.
import { z } from "zod";
import { EngineViewSchema, type EngineView } from "../contracts/views/engines.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { printAnswer, type Asking } from "./node-client.js";
import { duration, table } from "./table.js";

const AnswerSchema = z.object({ engines: z.array(EngineViewSchema) });

/** @throws CliFailure 1 when no node answers */
export function engines(invocation: Asking, io: CliIo): Promise<ExitCode> {
  return printAnswer(invocation, io, { path: "/api/v1/engines", schema: AnswerSchema, tell: engineTable });
}

function engineTable({ engines: views }: z.infer<typeof AnswerSchema>): string {
  return table(
    ["instance", "lifecycle", "level", "gives", "calls", "failures", "p99"],
    views.map(({ instanceId, health, operations }) => [
      instanceId,
      health.lifecycle,
      health.level,
      operations.map(({ gives }) => gives).join(" "),
      sum(operations.map(({ measured }) => measured.calls)),
      sum(operations.map(({ measured }) => measured.failures)),
      duration(slowest(operations)),
    ]),
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function slowest(operations: EngineView["operations"]): number | null {
  const latencies = operations.flatMap(({ measured }) => measured.latencyMs?.p99 ?? []);
  return latencies.length === 0 ? null : Math.max(...latencies);
}
