// A process that reads one topic over Redis and says on stdout what it begins and what it is done with. `plan` is its argument.
import { createRedisBus } from "../../../../src/buses/redis-bus/redis-bus.js";
import type { ChannelName } from "../../../../src/contracts/channel.js";
import { createLogger } from "../../../../src/kernel/pino-logger.js";
import { systemClock } from "../../../../src/kernel/system-clock.js";

export interface ReaderPlan {
  readonly url: string;
  readonly namespace: string;
  readonly nodeId: string;
  readonly incarnation: string;
  readonly channel: ChannelName;
  readonly topic: string;
  readonly queue?: number;
  readonly refreshMs?: number;
  /** Never done with this message, nor with any that comes after it. */
  readonly hangsAt?: number;
}

const {
  url,
  channel,
  topic,
  queue = 1024,
  refreshMs,
  hangsAt = Infinity,
  ...own
} = JSON.parse(process.argv[2] ?? "") as ReaderPlan;

const bus = createRedisBus({
  ...own,
  urls: { marketData: url, engineLogic: url, neuralGpu: url },
  clock: systemClock,
  log: createLogger("warn"),
  limits: refreshMs === undefined ? {} : { refreshMs },
});
bus.channel(channel).subscribe(
  topic,
  async ({ source, sequence }) => {
    console.log(`begins ${source} ${sequence}`);
    if (sequence >= hangsAt) await new Promise(() => undefined);
    console.log(`done ${source} ${sequence}`);
  },
  { name: "reader", queue },
);
await bus.start();
console.log("reads");
