// What does the bus over Redis cost, between two processes on one machine? Calls against moleculer 0.14 over its Redis transporter
// and against bare commands of ioredis; streams of messages and a large array against bare commands that carry the same.
import { fileURLToPath } from "node:url";
import { RedisServer } from "../test/support/redis-server.js";
import { inFlight, interleave, quantile, report, sequential, type Spread } from "./harness.js";
import { startMoleculerNode } from "./peers/moleculer.mjs";
import { bounded } from "./support/bounded.js";
import { FarProcess } from "./support/far-process.js";
import { burstSubjects } from "./support/redis-bursts.js";
import { pubSubCall, routedCall, streamCall, tryOut, type Call } from "./support/redis-calls.js";
import { startRedisNode } from "./support/redis-node.js";
import { SIDES } from "./support/redis-sides.js";
import { timeTensors } from "./support/redis-tensors.js";

const FAR_SIDE = fileURLToPath(new URL("support/redis-far-side.ts", import.meta.url));
const WIDTH = 100;
const TENSORS = 100;
const LONGEST_MS = 300_000;
/** One call after the other there are few in a second: it takes longer until what they all run through is compiled; and how the
 * processes are put on processors differs from slice to slice. */
const SEQUENTIAL = { rounds: 31, warmUpMs: 3000, sliceMs: 500 };

const ratio: Record<string, number | Spread> = {};
const absolute: Record<string, number> = {};

async function measure(url: string, far: FarProcess): Promise<void> {
  const node = await startRedisNode(SIDES.near, url);
  const moleculer = await startMoleculerNode({ nodeId: SIDES.near, url });
  await moleculer.ready();
  const calls: Record<string, Call> = {
    nautilus: routedCall(node),
    moleculer: () => moleculer.call({ a: 1, b: 2 }),
    rawPubSub: await pubSubCall(url),
    rawStream: streamCall(url),
  };
  await node.bus.settled();
  await tryOut(calls);
  await measureCalls(calls);
  const bursts = await interleave(burstSubjects(node, far, url), { warmUpMs: 1000 });
  ratio["marketDataToRaw"] = bursts.ratio("marketData", "rawBars");
  ratio["engineLogicToRaw"] = bursts.ratio("engineLogic", "rawLog");
  for (const name of ["marketData", "rawBars", "engineLogic", "rawLog"])
    absolute[`${name}_messagesPerSecond`] = bursts.opsPerSecond(name).median;
  const tensors = await timeTensors(node, url, TENSORS);
  const [ours, raw] = [quantile(tensors.nautilus, 0.5), quantile(tensors.raw, 0.5)];
  ratio["tensorToRaw"] = ours / raw;
  absolute["tensor_nautilus_p50Ms"] = ours;
  absolute["tensor_raw_p50Ms"] = raw;
}

async function measureCalls(calls: Readonly<Record<string, Call>>): Promise<void> {
  const entries = Object.entries(calls);
  const one = await interleave(
    entries.map(([name, call]) => sequential(name, call)),
    SEQUENTIAL,
  );
  // Latencies: the inverse of how many there are in a second.
  ratio["sequentialToMoleculer"] = one.ratio("moleculer", "nautilus");
  ratio["sequentialToRaw"] = one.ratio("rawPubSub", "nautilus");
  ratio["sequentialToRawStream"] = one.ratio("rawStream", "nautilus");
  for (const [name] of entries) absolute[`sequential_${name}_us`] = 1e6 / one.opsPerSecond(name).median;
  const many = await interleave(entries.map(([name, call]) => inFlight(name, WIDTH, call)));
  ratio["inFlight100ToMoleculer"] = many.ratio("nautilus", "moleculer");
  ratio["inFlight100ToRaw"] = many.ratio("nautilus", "rawPubSub");
  for (const [name] of entries) absolute[`inFlight100_${name}_callsPerSecond`] = many.opsPerSecond(name).median;
}

const server = await RedisServer.start();
process.on("exit", () => void server.kill());
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
let far: FarProcess | undefined;
try {
  far = await FarProcess.start(FAR_SIDE, [server.url]);
  await bounded("the benchmark", measure(server.url, far), LONGEST_MS);
  report({
    name: "redis",
    ratio,
    absolute,
    bar: {
      inFlight100ToMoleculer: { atLeast: 4 },
      sequentialToMoleculer: { atMost: 1.1 },
      sequentialToRaw: { atMost: 1.2 },
      marketDataToRaw: { atLeast: 0.8 },
      engineLogicToRaw: { atLeast: 0.7 },
      tensorToRaw: { atMost: 1.5 },
    },
  });
} catch (thrown) {
  console.error(thrown);
  process.exitCode = 1;
} finally {
  await far?.stop();
  await server.stop();
}
// The connections of this side would come back for ever.
process.exit();
