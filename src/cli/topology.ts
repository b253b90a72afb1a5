// `nautilus topology`: which engine gave what to which, as a tree from those that give.
import { TopologySchema, type Topology } from "../contracts/views/topology.js";
import type { ExitCode } from "./cli-failure.js";
import type { CliIo } from "./cli-io.js";
import { printAnswer, type Asking } from "./node-client.js";
import { duration } from "./table.js";

/** @throws CliFailure 1 when no node answers */
export function topology(invocation: Asking, io: CliIo): Promise<ExitCode> {
  return printAnswer(invocation, io, { path: "/api/v1/network/topology", schema: TopologySchema, tell: tree });
}

/** Instance by instance, those of one node together. */
function tree({ nodes, edges }: Topology): string {
  const nodeIds = [...new Set(nodes.map(({ nodeId }) => nodeId))].sort();
  const lines = nodeIds.flatMap((nodeId) => {
    const own = nodes.filter((node) => node.nodeId === nodeId);
    return [
      `node ${nodeId}: ${own.length} ${own.length === 1 ? "engine" : "engines"}`,
      ...own.flatMap((node) => branch(node, edges)),
    ];
  });
  const note = edges.length === 0 ? ["", "Nothing has been agreed or exchanged yet."] : [];
  return [...lines, ...note, ""].join("\n");
}

function branch(node: Topology["nodes"][number], edges: Topology["edges"]): readonly string[] {
  const given = edges.filter(({ source }) => source === node.id);
  const twigs = given.map((edge, index) => edgeLine(edge, index === given.length - 1));
  return [`${node.id}  ${node.status}, ${node.level}`, ...twigs];
}

function edgeLine(edge: Topology["edges"][number], isLast: boolean): string {
  const { target, product, kind, exchanges, failures, latencyMs, partnership } = edge;
  const failed = failures === 0 ? "" : `, ${failures} failed`;
  const latency = latencyMs === null ? "" : `, ${duration(latencyMs.mean)} on average`;
  const agreed = partnership === null ? "" : `, ${partnership} partners`;
  return `${isLast ? "└─" : "├─"} ${product} → ${target}  ${exchanges} by ${kind}${failed}${latency}${agreed}`;
}
