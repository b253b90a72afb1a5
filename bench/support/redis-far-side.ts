// The other process of the benchmark of Redis: answers, and counts what arrives. Ends with the process that started it.
import { CallServer } from "../../src/actors/remote-calls/call-server.js";
import { startMoleculerNode } from "../peers/moleculer.mjs";
import { Arrivals } from "./arrivals.js";
import type { Answer, Question } from "./far-process.js";
import { giveUp, RAW, rawReader, rawWriter, readGroup, readStream } from "./raw-redis.js";
import { startRedisNode } from "./redis-node.js";
import { LARGE_QUEUE, SIDES, TOPICS } from "./redis-sides.js";
import { add, startAdders } from "./routed-engines.js";

const url = process.argv[2] ?? "";
const arrivals = {
  marketData: new Arrivals(),
  rawBars: new Arrivals(),
  engineLogic: new Arrivals(),
  rawLog: new Arrivals(),
};

async function serveNautilus(): Promise<void> {
  const node = await startRedisNode(SIDES.far, url);
  const caller = { call: () => Promise.reject(new Error("nobody is called from here")) };
  const hosts = await startAdders({ count: 1, nodeId: SIDES.far, caller });
  const localInstance = (id: string) => hosts.find(({ instanceId }) => instanceId === id);
  new CallServer({ ...node, accepts: () => true, localInstance }).open();
  const reads = { name: "bench", queue: LARGE_QUEUE };
  node.bus.channel("marketData").subscribe(TOPICS.bars, arrivals.marketData.add, reads);
  node.bus.channel("engineLogic").subscribe(TOPICS.log, arrivals.engineLogic.add, reads);
  const writer = rawWriter(url);
  node.bus.channel("neuralGpu").subscribe<Float64Array>(
    TOPICS.tensor,
    ({ data }) => {
      void writer.publish(RAW.tensorRead, String(data.byteLength));
    },
    { name: "bench" },
  );
  await node.bus.settled();
}

async function serveRaw(): Promise<void> {
  const [subscriber, writer, reader, getter] = [rawReader(url), rawWriter(url), rawReader(url), rawReader(url)];
  const handlers: Readonly<Record<string, (text: string) => void>> = {
    [RAW.request]: (text) => void writer.publish(RAW.reply, answerTo(text)),
    [RAW.bars]: (text) => {
      JSON.parse(text);
      arrivals.rawBars.add();
    },
    [RAW.tensorSet]: () => {
      void getter.getBuffer(RAW.tensor).then((bytes) => writer.publish(RAW.tensorRead, String(bytes?.byteLength)));
    },
  };
  subscriber.on("message", (channel: string, text: string) => handlers[channel]?.(text));
  await subscriber.subscribe(...Object.keys(handlers));
  readStream(reader, RAW.requests, (text) => void writer.xadd(RAW.replies, "*", "data", answerTo(text))).catch(giveUp);
  await readGroup(url, (text) => {
    JSON.parse(text);
    arrivals.rawLog.add();
  });
}

function answerTo(text: string): string {
  const { id, a, b } = JSON.parse(text) as { id: number; a: number; b: number };
  return JSON.stringify({ id, sum: a + b });
}

async function answer({ id, what, total }: Question): Promise<void> {
  await arrivals[what as keyof typeof arrivals].reach(total);
  process.send?.({ id } satisfies Answer);
}

process.on("disconnect", () => process.exit());
process.on("message", (question: Question) => {
  answer(question).catch(giveUp);
});
await serveNautilus();
await serveRaw();
await startMoleculerNode({ nodeId: SIDES.far, url, handler: add });
process.send?.({ id: 0 } satisfies Answer);
