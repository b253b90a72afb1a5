// The same small messages to the other process in four ways, in bursts of one turn of the event loop.
import type { Envelope } from "../../src/contracts/envelope.js";
import type { Subject } from "../harness.js";
import type { FarProcess } from "./far-process.js";
import { RAW, rawWriter } from "./raw-redis.js";
import type { RedisNode } from "./redis-node.js";
import { TOPICS } from "./redis-sides.js";

/** Messages of one turn, and bursts whose ends are outstanding. */
const BURST = 256;
const WINDOW = 16;

const BAR = { symbol: "SPY", open: 501.25, high: 502.5, low: 500.75, close: 502, volume: 1_250_000 };

type Publish = (message: Envelope) => Promise<unknown> | undefined;

export function burstSubjects(node: RedisNode, far: FarProcess, url: string): Subject[] {
  const { marketData, engineLogic } = {
    marketData: node.bus.channel("marketData"),
    engineLogic: node.bus.channel("engineLogic"),
  };
  const writer = rawWriter(url);
  const bar = (topic: string) => (): Envelope => node.createEnvelope(topic, topic, BAR);
  const subject = (name: string, create: () => Envelope, publish: Publish): Subject => {
    let total = 0;
    return {
      name,
      run: async (operations) => {
        total += operations;
        const arrived = far.reached(name, total);
        // Whoever fails to publish says why; this one only that it did not arrive.
        arrived.catch(() => undefined);
        await publishAll(operations, () => publish(create()));
        await arrived;
      },
    };
  };
  return [
    subject("marketData", bar(TOPICS.bars), (message) => marketData.publish(TOPICS.bars, message)),
    subject("rawBars", bar(TOPICS.bars), (message) => writer.publish(RAW.bars, JSON.stringify(message))),
    subject("engineLogic", bar(TOPICS.log), (message) => engineLogic.publish(TOPICS.log, message)),
    subject("rawLog", bar(TOPICS.log), (message) =>
      writer.xadd(RAW.log, "MAXLEN", "~", 100_000, "*", "data", JSON.stringify(message)),
    ),
  ];
}

async function publishAll(operations: number, publish: () => Promise<unknown> | undefined): Promise<void> {
  const ends: Promise<unknown>[] = [];
  for (let left = operations; left > 0; left -= BURST) {
    const burst = Array.from({ length: Math.min(left, BURST) }, publish);
    const end = Promise.all(burst.filter((each) => each !== undefined));
    // Said when it is waited for.
    end.catch(() => undefined);
    ends.push(end);
    if (ends.length >= WINDOW) await ends.shift();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(ends);
}
