// What `start` tells a person: where the node is, what runs, on which data, and what to try.
import { MarketFeedStatusSchema } from "../domain/market-feed.js";
import type { SystemStatus } from "../contracts/views/status.js";
import type { WorkflowView } from "../contracts/views/workflows.js";

export function startingBanner({ nodeId, version }: SystemStatus, url: string): string {
  return `Nautilus Awareness ${version}: node ${nodeId} at ${url}, starting …\n`;
}

export function servingBanner(status: SystemStatus, { url, needsToken }: { url: string; needsToken: boolean }): string {
  const { engines, goals, reasons } = status;
  const reachable = goals.find(isReachable);
  const lines = [
    `${status.level ?? status.state}: ${engines.running} of ${engines.total} engines run, seed ${status.seed}`,
    feedLine(status.feed),
    ...goals.map(goalLine),
    ...reasons.map((reason) => `note: ${reason}`),
    `docs: ${url}/docs`,
  ];
  const token = needsToken ? ` -H "authorization: Bearer $NAUTILUS_TOKEN"` : "";
  const command =
    reachable === undefined ? `curl${token} ${url}/api/v1/system/status` : executeCommand(reachable, url, token);
  return [...lines.map((line) => `  ${line}`), "Try:", `  ${command}`, ""].join("\n");
}

function isReachable({ reachable }: WorkflowView): boolean {
  return reachable;
}

function executeCommand({ name }: WorkflowView, url: string, token: string): string {
  return `curl -X POST${token} ${url}/api/v1/workflows/${name}/execute`;
}

export function feedLine(status: SystemStatus["feed"]): string {
  if (status === null) return "feed: none, no market data comes in";
  const feed = MarketFeedStatusSchema.parse(status);
  const synthetic = feed.series.filter(({ origin }) => origin === "synthetic").length;
  const real = feed.series.length - synthetic;
  const last = feed.lastDate === null ? "" : `, last bar ${feed.lastDate}`;
  const skipped = feed.rowsSkipped === 0 ? "" : `, ${feed.rowsSkipped} bad rows skipped`;
  return `feed ${feed.name}: ${real} real and ${synthetic} synthetic series${last}${skipped}`;
}

export function goalLine({ name, reachable, plan, missing }: WorkflowView): string {
  if (reachable) return `goal ${name}: ${plan.length} ${plan.length === 1 ? "step" : "steps"}`;
  const words = missing.map(({ product, couldGive }) =>
    couldGive.length === 0
      ? `${product}, which no engine of this build gives`
      : `${product} (from ${couldGive.join(", ")})`,
  );
  return `goal ${name}: not reachable, lacks ${words.join("; ")}`;
}
