// How does discovery grow? 18 to 10,000 engines over 1, 10 and 100 nodes in virtual time: what is sent when all start, when one
// engine changes, and while all is quiet; how long until every registry is whole; how soon a lost node is known to be dead.
import { report, type Bar } from "./harness.js";
import { HEARTBEAT_MS, SimulatedNetwork, type Traffic } from "./support/simulated-network.js";

const ENGINES = [18, 100, 1_000, 10_000];
const NODES = [1, 10, 100];
/** For the law of growth, at a fixed number of engines a node; up to nine nodes all are linked to all. */
const LAW_NODES = [20, 40, 80, 160];
const LAW_ENGINES_PER_NODE = 10;
const QUIET_INTERVALS = 4;
const INTERVALS_PER_HOUR = 3_600_000 / HEARTBEAT_MS;
/** The pace is that of a quiet network again. */
const SETTLES_MS = 3 * HEARTBEAT_MS;

interface Measured {
  readonly start: Traffic;
  readonly change: Traffic;
  readonly quiet: Traffic;
  readonly convergenceMs: number;
  readonly changeMs: number;
  readonly deathIntervals: number;
  readonly falseDeaths: number;
  readonly heapBytes: number;
}

async function measure(engines: number, nodes: number): Promise<Measured> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const network = new SimulatedNetwork(engines, nodes);
  const convergenceMs = await network.join();
  const start = network.traffic;
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed - before;
  await network.clock.advance(SETTLES_MS);
  const settled = network.traffic;
  const changeMs = await network.change();
  const change = since(settled, network.traffic);
  await network.clock.advance(SETTLES_MS);
  const quietFrom = network.traffic;
  await network.clock.advance(QUIET_INTERVALS * HEARTBEAT_MS);
  const quiet = since(quietFrom, network.traffic);
  const { falseDeaths } = network;
  const deathIntervals = (await network.crash()) / HEARTBEAT_MS;
  network.leave();
  return { start, change, quiet, convergenceMs, changeMs, deathIntervals, falseDeaths, heapBytes };
}

function since(from: Traffic, to: Traffic): Traffic {
  return { deliveries: to.deliveries - from.deliveries, bytes: to.bytes - from.bytes };
}

/** Least squares in logarithms: the exponent of y in x. */
function exponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (index: 0 | 1): number => logs.reduce((sum, each) => sum + each[index], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

const began = performance.now();
const absolute: Record<string, number> = {};
let slowestDeath = 0;
let falseDeaths = 0;
let slowestConvergenceMs = 0;
for (const nodes of NODES) {
  for (const engines of ENGINES) {
    const measured = await measure(engines, nodes);
    const name = `engines${engines}nodes${nodes}`;
    absolute[`${name}StartDeliveries`] = measured.start.deliveries;
    absolute[`${name}StartBytes`] = measured.start.bytes;
    absolute[`${name}ConvergenceMs`] = measured.convergenceMs;
    absolute[`${name}ChangeDeliveries`] = measured.change.deliveries;
    absolute[`${name}ChangeBytes`] = measured.change.bytes;
    absolute[`${name}ChangeMs`] = measured.changeMs;
    absolute[`${name}QuietDeliveriesPerInterval`] = measured.quiet.deliveries / QUIET_INTERVALS;
    absolute[`${name}QuietBytesPerInterval`] = measured.quiet.bytes / QUIET_INTERVALS;
    absolute[`${name}DeadAfterIntervals`] = measured.deathIntervals;
    if (globalThis.gc !== undefined)
      absolute[`${name}HeapBytesPerEngineAndNode`] = measured.heapBytes / engines / nodes;
    slowestDeath = Math.max(slowestDeath, measured.deathIntervals);
    slowestConvergenceMs = Math.max(slowestConvergenceMs, measured.convergenceMs, measured.changeMs);
    falseDeaths += measured.falseDeaths;
  }
}

const law: (readonly [engines: number, measured: Measured])[] = [];
for (const nodes of LAW_NODES) {
  const engines = nodes * LAW_ENGINES_PER_NODE;
  law.push([engines, await measure(engines, nodes)]);
}
const growthOf = (deliveries: (measured: Measured, engines: number) => number): number =>
  exponent(law.map(([engines, measured]) => [engines, deliveries(measured, engines)]));
const nLogN = growthOf((_, engines) => engines * Math.log(engines));
/** The same law where nodes are counted instead: the number of engines on each does not change what is sent. */
const inNodes = growthOf((_, engines) => (engines / LAW_ENGINES_PER_NODE) * Math.log(engines / LAW_ENGINES_PER_NODE));
const startExponent = growthOf(({ start }) => start.deliveries);
const quietExponent = growthOf(({ quiet }) => quiet.deliveries);
const changeExponent = growthOf(({ change }) => change.deliveries);
const hourExponent = growthOf(
  ({ start, quiet }) => start.deliveries + (INTERVALS_PER_HOUR / QUIET_INTERVALS) * quiet.deliveries,
);
const wallSeconds = (performance.now() - began) / 1000;

const bar: Record<string, Bar> = {
  quietGrowthToNLogN: { atMost: 1 },
  hourGrowthToNLogN: { atMost: 1 },
  startGrowthToNodesLogNodes: { atMost: 1.05 },
  changeGrowthToNLogN: { atMost: 1 },
  slowestDeathIntervals: { atMost: 3 },
  falseDeaths: { atMost: 0 },
  wallSeconds: { atMost: 60 },
};
report({
  name: "discovery-scale",
  ratio: {
    quietGrowthToNLogN: quietExponent / nLogN,
    hourGrowthToNLogN: hourExponent / nLogN,
    startGrowthToNodesLogNodes: startExponent / inNodes,
    changeGrowthToNLogN: changeExponent / nLogN,
  },
  absolute: {
    ...absolute,
    quietExponent,
    startExponent,
    changeExponent,
    hourExponent,
    nLogNExponent: nLogN,
    nodesLogNodesExponent: inNodes,
    slowestDeathIntervals: slowestDeath,
    slowestConvergenceMs,
    falseDeaths,
    wallSeconds,
  },
  bar,
});
