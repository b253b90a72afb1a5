// `nautilus doctor`: can a node run here, and if not, what would mend it?
import { CliFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import type { NODE_ADDRESS, REDIS_OPTIONS } from "./command-options.js";
import {
  checkNodeVersion,
  checkPackages,
  checkPort,
  checkRedis,
  checkReplayData,
  type Finding,
} from "./doctor-checks.js";
import { NodeClient } from "./node-client.js";

/** @returns 1 when something is broken */
export async function doctor(
  { options, notes }: Invocation<typeof NODE_ADDRESS & typeof REDIS_OPTIONS>,
  io: CliIo,
): Promise<ExitCode> {
  const running = await askHealth(new NodeClient(options, io));
  const findings: Finding[] = [
    checkNodeVersion(io.nodeVersion),
    checkPackages(),
    checkReplayData(),
    // A port in use is no problem when it is a node that uses it.
    running ?? (await checkPort(options.host, options.port)),
    ...(options.bus === "redis" ? await checkServers(options) : []),
    ...notes.map((note): Finding => ({ isOk: true, what: note })),
  ];
  for (const { isOk, what, mend } of findings) {
    io.stdout(`${isOk ? "ok      " : "problem "} ${what}${mend === undefined ? "" : `: ${mend}`}\n`);
  }
  return findings.every(({ isOk }) => isOk) ? 0 : 1;
}

function checkServers(options: Invocation<typeof REDIS_OPTIONS>["options"]): Promise<readonly Finding[]> {
  return Promise.all([
    checkRedis("marketData", options.redisMarketData),
    checkRedis("engineLogic", options.redisEngineLogic),
    checkRedis("neuralGpu", options.redisNeuralGpu),
  ]);
}

/** Undefined when nothing that is a node answers. */
async function askHealth(client: NodeClient): Promise<Finding | undefined> {
  try {
    const { status, body } = await client.ask("/health");
    const { status: state, reasons = [] } = body as { status?: string; reasons?: string[] };
    const what = `a node runs at ${client.url}: ${state ?? "in a state that it does not say"}`;
    return { isOk: status === 200, what, ...(reasons.length > 0 && { mend: reasons.join("; ") }) };
  } catch (error) {
    if (error instanceof CliFailure) return undefined;
    throw error;
  }
}
