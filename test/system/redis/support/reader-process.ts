// A process that reads one topic over Redis and says on stdout what it begins and what it is done with.
import type { ChannelName } from "../../../../src/contracts/channel.js";
import { Program, ROOT, type ProgramOptions } from "../../support/program.js";

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

/** Starts it, and resolves once it reads. */
export async function startReader(plan: ReaderPlan, options: ProgramOptions = {}): Promise<Program> {
  const program = new Program(process.execPath, ["--input-type=module", "--eval", scriptOf(plan)], options);
  try {
    await program.prints(/^reads$/m);
    return program;
  } catch (error) {
    await program.remove();
    throw error;
  }
}

/** On the build: a process that compiles what it runs takes a second longer to start. */
function scriptOf({ url, channel, topic, queue = 1024, refreshMs, hangsAt, ...own }: ReaderPlan): string {
  const from = (path: string): string => JSON.stringify(new URL(path, `file://${ROOT}dist/`).href);
  const options = {
    ...own,
    urls: { marketData: url, engineLogic: url, neuralGpu: url },
    limits: refreshMs === undefined ? {} : { refreshMs },
  };
  return `
    import { createRedisBus } from ${from("buses/redis-bus/redis-bus.js")};
    import { createLogger } from ${from("kernel/pino-logger.js")};
    import { systemClock } from ${from("kernel/system-clock.js")};
    const options = ${JSON.stringify(options)};
    const bus = createRedisBus({ ...options, clock: systemClock, log: createLogger("warn") });
    const read = async ({ source, sequence }) => {
      console.log("begins " + source + " " + sequence);
      if (sequence >= ${hangsAt ?? "Infinity"}) await new Promise(() => undefined);
      console.log("done " + source + " " + sequence);
    };
    const at = ${JSON.stringify({ channel, topic, queue })};
    bus.channel(at.channel).subscribe(at.topic, read, { name: "reader", queue: at.queue });
    await bus.start();
    console.log("reads");
  `;
}
