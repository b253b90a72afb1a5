// Who speaks to whom: in a small network everybody to everybody, in a large one each node to eight others, chosen on the ring of
// all node ids so that both ends of a link know of it and that any two nodes are few steps apart. So what a node sends does not
// grow with the network.

/** Links to each side on the ring. */
const LINKS = 4;
/** Up to so many nodes all are linked to all. */
const MESH_NODES = 2 * LINKS + 1;
/** Nodes of a large network that listen to the channel of all, where those who come speak up. */
const GREETERS = 8;

export function isMesh(nodes: number): boolean {
  return nodes <= MESH_NODES;
}

/**
 * The nodes that `nodeId` beats to, and that beat to it: at 1, n^¼, n^½ and n^¾ steps to both sides of it.
 * @param ring sorted, with `nodeId` in it
 */
export function neighboursOf(nodeId: string, ring: readonly string[]): readonly string[] {
  const count = ring.length;
  if (isMesh(count)) return ring.filter((other) => other !== nodeId);
  const own = ring.indexOf(nodeId);
  const at = (steps: number): string => ring[(own + steps + count) % count] as string;
  return stepsOf(count).flatMap((steps) => [at(steps), at(-steps)]);
}

/** Whether it is one of those who hear newcomers: all in a small network, the first few of a large one. */
export function isGreeter(nodeId: string, ring: readonly string[]): boolean {
  return isMesh(ring.length) || ring.indexOf(nodeId) < GREETERS;
}

function stepsOf(count: number): readonly number[] {
  const steps: number[] = [];
  for (let link = 0; link < LINKS; link += 1) {
    const even = Math.max(Math.round(count ** (link / LINKS)), (steps.at(-1) ?? 0) + 1);
    // Half way around, both sides would meet.
    steps.push(Math.min(even, Math.floor((count - 1) / 2)));
  }
  return steps;
}
