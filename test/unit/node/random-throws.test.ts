// Thousands of throws of all kinds, out of every place where a node runs the code of engines: nothing of them gets out, every
// call has its one end, and supervision stays within its bound.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { DEFAULT_RESTART_POLICY } from "../../../src/actors/engine-host/restart-policy.js";
import { createMemoryBus } from "../../../src/buses/memory-bus.js";
import {
  defineEngine,
  operation,
  stream,
  type EngineContext,
  type EngineDefinition,
  type OperationContext,
} from "../../../src/contracts/engine.js";
import { messageOf, NautilusError } from "../../../src/contracts/errors.js";
import type { Logger } from "../../../src/contracts/logger.js";
import type { NodeEvent } from "../../../src/contracts/views/events.js";
import { product } from "../../../src/contracts/product.js";
import { createInlinePool } from "../../../src/kernel/inline-pool.js";
import { createRandom } from "../../../src/kernel/seeded-random.js";
import { VirtualClock } from "../../../src/kernel/virtual-clock.js";
import { createNode, type Node } from "../../../src/node/create-node.js";
import { inForm } from "../../support/in-form.js";
import { Trouble, type Place } from "./support/trouble.js";

const THROWS = inForm({ short: 2_000, long: 10_000 });
const RUNS = THROWS / 1_000;
const REPLICAS = { GIVER_A: 4, GIVER_B: 4, REFINER: 3, READER: 3 };
const INSTANCES = Object.values(REPLICAS).reduce((sum, count) => sum + count, 0);
const SECONDS = 45;
const GOALS_PER_SECOND = 12;
/** That an operation makes of another engine, side by side. */
const CALLS = 24;
const SEED = 20_260_801;
const PLACES: readonly Place[] = ["create", "start", "close", "run", "quality", "pin", "handle"];
/** Each of the places has its share. */
const PLACES_AT_LEAST = THROWS / 1_000;
/** Generous, for a loaded machine. */
const LIMIT_MS = 240_000;

const schema = z.object({ n: z.number() });
const of = (name: string, channel: "engineLogic" | "marketData" | "neuralGpu" = "engineLogic") =>
  product(name, { version: 1, channel, description: "A number.", schema });

const Raw = of("test.raw");
const Refined = of("test.refined");
const Asked = of("test.asked");
const World = of("test.world");
const Beat = of("test.beat");
const Tick = of("test.tick", "marketData");
const Frame = of("test.frame", "neuralGpu");
const GOALS = [Raw, Refined, Asked, World].map(({ name }) => name);
const STREAMS = [Beat, Tick, Frame];

/** Three engines whose every line may throw: two that give and refine, and one that reads streams and the world. */
function engines(trouble: Trouble, calls: InnerCalls, heard: (product: string) => void): readonly EngineDefinition[] {
  const header = { version: "1.0.0", limits: { concurrency: 4, queue: 64 } };
  const life = {
    start: (): unknown => trouble.at("start", () => () => trouble.at("close", () => undefined)),
  } as { start: () => () => void };
  const op = (name: string, gives: typeof Raw, needs: Record<string, typeof Raw> = {}) =>
    operation({
      name,
      version: 1,
      needs,
      gives,
      quality: () => trouble.at("quality", () => 0.5) as number,
      run: () => trouble.at("run", () => ({ n: 1 })) as { n: number },
    });
  const giver = (id: string): EngineDefinition =>
    defineEngine({
      ...header,
      id,
      name: id,
      create: () => trouble.plainly("create", { operations: [op("give", Raw)], ...life }),
    });
  const asking = operation({
    name: "ask",
    version: 1,
    needs: {},
    uses: [Raw],
    gives: Asked,
    run: async (_, context: OperationContext) => {
      const asked = Array.from({ length: CALLS }, () => calls.watch(context.call(Raw, {})));
      const n = (await Promise.allSettled(asked)).filter(({ status }) => status === "fulfilled").length;
      return (await trouble.at("run", () => ({ n }))) as { n: number };
    },
  });
  const reading = operation({
    name: "read",
    version: 1,
    needs: {},
    gives: World,
    pin: () => trouble.at("pin", () => ({})) as Record<string, unknown>,
    run: () => trouble.at("run", () => ({ n: 1 })) as { n: number },
  });
  const refiner = defineEngine({
    ...header,
    id: "REFINER",
    name: "Refiner",
    create: () =>
      trouble.plainly("create", {
        operations: [op("refine", Refined, { raw: Raw }), asking],
        publishes: STREAMS,
        start: (context: EngineContext) => {
          trouble.publish = () => {
            for (const on of STREAMS) context.publish(on, { n: 1 }, "subject");
          };
          return life.start();
        },
      }),
  });
  const reader = defineEngine({
    ...header,
    id: "READER",
    name: "Reader",
    create: () =>
      trouble.plainly("create", {
        operations: [reading],
        streams: STREAMS.map((on) => stream({ on, handle: () => trouble.at("handle", () => heard(on.key)) as void })),
        ...life,
      }),
  });
  return [giver("GIVER_A"), giver("GIVER_B"), refiner, reader];
}

/** Calls of engines to each other: how often each ended, and with what. */
class InnerCalls {
  begun = 0;
  ended = 0;
  readonly foreign: string[] = [];

  async watch<T>(call: Promise<T>): Promise<T> {
    this.begun += 1;
    try {
      return await call;
    } catch (thrown) {
      if (!(thrown instanceof NautilusError)) this.foreign.push(messageOf(thrown));
      throw thrown;
    } finally {
      this.ended += 1;
    }
  }
}

/** Looks at everything of what it is given, as a serialiser would. */
function curiousLogger(): Logger {
  const look = (fields: object, message: string): void => {
    JSON.stringify({ ...fields, message, ...Object.fromEntries(Object.entries(fields)) });
    for (const value of Object.values(fields)) String((value as Error | undefined)?.cause ?? value);
  };
  const logger: Logger = { error: look, warn: look, info: look, debug: look, child: () => logger };
  return logger;
}

class Torment {
  readonly clock = new VirtualClock();
  readonly trouble: Trouble;
  readonly calls = new InnerCalls();
  readonly events: NodeEvent[] = [];
  readonly node: Node;
  readonly #random;
  /** Keys of the streams of which a message was taken. */
  readonly heard = new Set<string>();
  asked = 0;
  settled = 0;
  answered = 0;
  refused = 0;
  lastError = "";
  readonly foreign: string[] = [];

  constructor(seed: number) {
    this.#random = createRandom(seed);
    this.trouble = new Trouble(this.#random.fork("trouble"), this.clock);
    const runtime = {
      clock: this.clock,
      bus: createMemoryBus(),
      pool: createInlinePool(),
      log: curiousLogger(),
      definitions: engines(this.trouble, this.calls, (key) => this.heard.add(key)),
    };
    const options = { feed: false as const, engines: [], replicas: REPLICAS, nodeId: "node" };
    this.node = createNode({ ...options, seed: seed % 1000 }, runtime);
    this.node.port.onEvent((event) => this.events.push(event));
  }

  ask(products: readonly string[], deadlineMs: number): void {
    this.asked += 1;
    this.node.request({ products: [...products], fresh: this.#random.next() < 0.8, deadlineMs }).then(
      () => {
        this.settled += 1;
        this.answered += 1;
      },
      (thrown: unknown) => {
        this.settled += 1;
        this.lastError = messageOf(thrown);
        if (!(thrown instanceof NautilusError)) this.foreign.push(messageOf(thrown));
        else if (thrown.details["run"] === undefined) this.refused += 1;
      },
    );
  }

  /** Seconds of every kind of work, each piece of which may throw. */
  async run(seconds: number): Promise<void> {
    this.trouble.isOn = true;
    const starting = this.node.start();
    await this.clock.advance(61_000); // a start that never settles is given up after a minute
    await starting;
    for (let second = 0; second < seconds; second += 1) {
      for (let count = 0; count < GOALS_PER_SECOND; count += 1) {
        const goal = GOALS[this.#random.integer(GOALS.length)] as string;
        this.ask([goal], 200 + this.#random.integer(3_000));
      }
      this.trouble.publish();
      await this.clock.advance(1_000);
    }
  }

  /** Nothing throws any more: what is still held is given up, what was lost comes back. */
  async calm(): Promise<void> {
    this.trouble.isOn = false;
    await this.clock.advance(180_000);
  }

  async stop(): Promise<void> {
    const stopping = this.node.stop();
    await this.clock.advance(10_000);
    await stopping;
  }
}

/** The greatest number of restarts of one instance within the window of the policy. */
function mostRestarts(events: readonly NodeEvent[]): number {
  const { windowMs } = DEFAULT_RESTART_POLICY;
  const byInstance = new Map<string, number[]>();
  for (const { type, subject, at } of events) {
    if (type === "engine.restarting") byInstance.set(subject, [...(byInstance.get(subject) ?? []), Date.parse(at)]);
  }
  const within = [...byInstance.values()].flatMap((times) =>
    times.map((end) => times.filter((at) => at <= end && at > end - windowMs).length),
  );
  return Math.max(0, ...within);
}

function textOf(thrown: unknown): string {
  try {
    return (thrown as Error).stack ?? messageOf(thrown);
  } catch {
    return messageOf(thrown);
  }
}

describe("a node whose engines throw at random", () => {
  const escaped: string[] = [];
  const note = (thrown: unknown): void => void escaped.push(textOf(thrown));
  beforeAll(() => {
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
  });
  afterAll(() => {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
  });

  it(
    `contains ${THROWS} throws, ends every call once, restarts within the window, and serves at the end`,
    async () => {
      const thrown = new Map<string, number>();
      const torment = async (seed: number): Promise<void> => {
        const tormented = new Torment(seed);
        await tormented.run(SECONDS);
        await tormented.calm();
        const { asked, settled, foreign, refused, calls, events, node } = tormented;
        for (const [place, count] of tormented.trouble.thrown) thrown.set(place, (thrown.get(place) ?? 0) + count);
        expect(escaped).toEqual([]);
        expect(foreign).toEqual([]);
        expect(calls.begun).toBeGreaterThan(0);
        expect([settled, calls.ended]).toEqual([asked, calls.begun]);
        expect(calls.foreign).toEqual([]);
        const ends = events.filter(({ type }) => type.startsWith("run.")).map(({ subject }) => subject);
        expect([new Set(ends).size, ends.length]).toEqual([asked - refused, asked - refused]);
        expect(mostRestarts(events)).toBeLessThanOrEqual(DEFAULT_RESTART_POLICY.maxRestarts);
        expect(node.port.engines().map(({ health }) => health.lifecycle)).toEqual(Array(INSTANCES).fill("running"));
        tormented.heard.clear();
        tormented.trouble.publish();
        const before = tormented.answered;
        for (const goal of GOALS) tormented.ask([goal], 1_000);
        await tormented.clock.advance(2_000);
        expect(tormented.answered - before, tormented.lastError).toBe(GOALS.length);
        expect([...tormented.heard].sort()).toEqual(STREAMS.map(({ key }) => key).sort());
        await tormented.stop();
      };
      await fc.assert(fc.asyncProperty(fc.nat(), torment), { numRuns: RUNS, seed: SEED, endOnFailure: true });
      const total = [...thrown.values()].reduce((sum, count) => sum + count, 0);
      expect(total).toBeGreaterThanOrEqual(THROWS);
      for (const place of PLACES) expect(thrown.get(place) ?? 0, place).toBeGreaterThan(PLACES_AT_LEAST);
    },
    LIMIT_MS,
  );
});
