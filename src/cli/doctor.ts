// `nautilus doctor`: can a node run here, and if not, what would mend it?
import { CliFailure, type ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import type { Invocation } from "./command.js";
import {
  checkNodeVersion,
  checkPackages,
  checkPort,
  checkRedis,
  checkReplayData,
  type Finding,
} from "./doctor-checks.js";
import { NodeClient } from "./node-client.js";
import { BUS, HOST, PORT, REDIS_SERVERS } from "./node-options.js";
import type { Settings } from "./settings.js";

/** @returns 1 when something is broken */
export async function doctor({ settings, notes }: Invocation, io: CliIo): Promise<ExitCode> {
  const running = await askHealth(new NodeClient(settings, io));
  const findings: Finding[] = [
    checkNodeVersion(io.nodeVersion),
    checkPackages(),
    checkReplayData(),
    // A port in use is no problem when it is a node that uses it.
    running ?? (await checkPort(settings.text(HOST, "127.0.0.1"), settings.number(PORT, 8000))),
    ...(settings.text(BUS, "memory") === "redis" ? await checkServers(settings) : []),
    ...notes.map((note): Finding => ({ isOk: true, what: note })),
  ];
  for (const { isOk, what, mend } of findings) {
    io.stdout(`${isOk ? "ok      " : "problem "} ${what}${mend === undefined ? "" : `: ${mend}`}\n`);
  }
  return findings.every(({ isOk }) => isOk) ? 0 : 1;
}

function checkServers(settings: Settings): Promise<readonly Finding[]> {
  return Promise.all(
    Object.entries(REDIS_SERVERS).map(([channel, option]) =>
      checkRedis(channel, settings.text(option, String(option.fallback))),
    ),
  );
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
